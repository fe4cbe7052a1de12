"""provider-service"""
Q = """
select *
from carts
"""
