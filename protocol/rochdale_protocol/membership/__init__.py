"""Membership: invites, applications, the register, devices and witnesses."""
