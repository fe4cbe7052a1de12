def (((
