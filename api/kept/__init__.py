"""What the ledger keeps, over HTTP, under /api/v1: only where the service has a ledger, and only with a key or a session.

reach      what is not the caller's is not there
asking     bodies and pages of lists
cases      cases, their facts, people and events, the search box, what falls due
papers     drafts, approval, issue, delivery, files, verification
registers  registers, their months, what is given out
handovers  transfers, referrals, requests
shapes     their bodies and answers, for the OpenAPI page
"""
