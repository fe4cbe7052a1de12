# provider-service


def versioned(version, end):
    if version >= 2:
        return "api/homes/" + end
    return "api/groups/" + end


def today(session, version):
    return session.get(versioned(version, "meals/today"))
