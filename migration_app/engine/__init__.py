"""PostgreSQL only: reads schemas, compares them, plans and applies. Imports no Django."""
