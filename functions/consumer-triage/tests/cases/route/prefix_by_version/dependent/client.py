# provider-service


def path(version, end):
    if version >= 2:
        return "/api/homes/" + end
    return "/api/groups/" + end
