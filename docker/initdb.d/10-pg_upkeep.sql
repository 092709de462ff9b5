-- Runs once, when the data folder is empty, as the superuser POSTGRES_USER in the database POSTGRES_DB.
CREATE EXTENSION pg_upkeep;

-- Databases created later have it too: only a superuser can create the extension, and a test runner seldom is one.
\connect template1
CREATE EXTENSION pg_upkeep;
