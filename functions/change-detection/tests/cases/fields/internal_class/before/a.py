from dataclasses import dataclass


@dataclass
class Job:
    name: str
    retries: int


def run(job: Job):
    return job.name
