from dataclasses import dataclass


@dataclass
class Job:
    name: str


def run(job: Job):
    return job.name
