-- The role and the database of the site. As the owner of the server: sudo -u postgres psql --file deploy/postgresql/database.sql
-- Then: sudo -u postgres psql --command '\password hospital_site', which keeps the password out of the history and the log.
--
-- The site needs no extension, and no right but to its own database. It opens at most workers × threads connections for
-- each machine, and one for each command: 2 × (2 × 4) + 10 for two machines.

CREATE ROLE hospital_site LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 40;

CREATE DATABASE hospital_site OWNER hospital_site TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';

REVOKE ALL ON DATABASE hospital_site FROM PUBLIC;

-- What hangs is given up by the server after DATABASE_TIMEOUT. This is for what its process left behind when it died:
ALTER ROLE hospital_site IN DATABASE hospital_site SET idle_in_transaction_session_timeout = '5min';
ALTER ROLE hospital_site IN DATABASE hospital_site SET tcp_keepalives_idle = 60;
