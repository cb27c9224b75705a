"""For those who keep the service running: is it ready, what does it do, what was asked. Nothing here tells of a person or a case.

metrics  counts and times of requests, by the pattern of their route; what the desk and the ledger hold
lines    one line of JSON a request, where the setting asks for it
door     /readyz and /metrics, and both of the above added to an application
"""
