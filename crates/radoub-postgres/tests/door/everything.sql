-- One of everything that Prisma does not see, beside what it sees.
CREATE EXTENSION pgcrypto;
CREATE EXTENSION btree_gist;
CREATE EXTENSION citext;
CREATE DOMAIN email AS citext CONSTRAINT email_check CHECK (VALUE ~ '@') CONSTRAINT short CHECK (length(VALUE) < 90);
CREATE DOMAIN quantity AS integer DEFAULT 1 NOT NULL CHECK (VALUE >= 0);
CREATE TYPE place AS (street text, "Zip" varchar(5), floor quantity);
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE "Mood" AS ENUM ('CALM', 'WILD');
CREATE SEQUENCE invoice_number INCREMENT BY 10 START WITH 1000 CACHE 5;
CREATE FUNCTION next_code(prefix text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN prefix || nextval('invoice_number');
END
$$;
CREATE TABLE "Customer" (
    id integer GENERATED ALWAYS AS IDENTITY (START WITH 100) PRIMARY KEY,
    email email,
    code text DEFAULT next_code('C;'),
    mood "Mood" NOT NULL DEFAULT 'CALM',
    tags text[] NOT NULL DEFAULT '{}',
    home place,
    name text COLLATE "C",
    total numeric(10,2) NOT NULL DEFAULT 0,
    with_tax numeric GENERATED ALWAYS AS (total * 1.2) STORED,
    CONSTRAINT positive CHECK (total >= 0),
    CONSTRAINT "Customer_email_key" UNIQUE (email),
    CONSTRAINT code_later UNIQUE (code) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE "Order" (
    id serial PRIMARY KEY,
    number bigint DEFAULT nextval('invoice_number') NOT NULL,
    "customerId" integer NOT NULL REFERENCES "Customer" (id) ON UPDATE CASCADE DEFERRABLE,
    during tstzrange,
    note text,
    qty quantity
);
ALTER SEQUENCE "Order_id_seq" INCREMENT BY 2;
ALTER TABLE "Order" ADD CONSTRAINT no_overlap EXCLUDE USING gist ("customerId" WITH =, during WITH &&);
CREATE INDEX "Customer_with_tax_idx" ON "Customer" (with_tax);
CREATE INDEX open_orders ON "Order" ("customerId") WHERE note IS NULL;
CREATE UNIQUE INDEX lower_name ON "Customer" (lower(name));
CREATE INDEX covering ON "Order" ("customerId") INCLUDE (note);
CREATE INDEX nulls_first ON "Order" (note NULLS FIRST);
CREATE INDEX pattern ON "Order" (note text_pattern_ops);
CREATE INDEX loose ON "Order" (number) WITH (fillfactor = 70);
CREATE TABLE log (id bigint PRIMARY KEY, at timestamptz NOT NULL, message text) ;
ALTER TABLE log SET (autovacuum_enabled = false), SET UNLOGGED, REPLICA IDENTITY FULL;
CREATE TABLE log_archive (reason text) INHERITS (log);
CREATE STATISTICS order_stats (dependencies) ON "customerId", number FROM "Order";
CREATE VIEW customer_totals WITH (security_barrier = true) AS
    SELECT c.id, c.name, sum(o.number) AS numbers FROM "Customer" c LEFT JOIN "Order" o ON o."customerId" = c.id GROUP BY c.id;
CREATE VIEW a_first AS SELECT * FROM customer_totals WHERE numbers > 0;
CREATE MATERIALIZED VIEW busy AS SELECT * FROM a_first;
CREATE UNIQUE INDEX busy_id ON busy (id);
CREATE FUNCTION total_of(who "Customer") RETURNS numeric LANGUAGE sql STABLE AS $$ SELECT who.total $$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := coalesce(NEW.note, ''); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON "Order" FOR EACH ROW WHEN (NEW.number > 0) EXECUTE FUNCTION touch();
CREATE TRIGGER sleeping AFTER DELETE ON "Order" FOR EACH STATEMENT EXECUTE FUNCTION touch();
ALTER TABLE "Order" DISABLE TRIGGER sleeping;
CREATE FUNCTION into_view() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER instead INSTEAD OF INSERT ON a_first FOR EACH ROW EXECUTE FUNCTION into_view();
CREATE PROCEDURE clean(older interval) LANGUAGE sql AS $$ DELETE FROM log WHERE at < now() - older $$;
CREATE FUNCTION add_one(state integer, value integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT state + 1';
CREATE AGGREGATE how_many(integer) (SFUNC = add_one, STYPE = integer, INITCOND = '0');
CREATE RULE no_delete AS ON DELETE TO log DO INSTEAD NOTHING;
ALTER TABLE "Customer" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Customer" FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON "Customer" FOR SELECT USING (name = CURRENT_USER);
CREATE POLICY strict ON "Customer" AS RESTRICTIVE FOR INSERT WITH CHECK (total < 1000);
COMMENT ON TABLE "Customer" IS 'who pays; it''s them';
COMMENT ON COLUMN "Customer".name IS 'as on the door';
COMMENT ON FUNCTION next_code(text) IS 'C;1000';
COMMENT ON CONSTRAINT positive ON "Customer" IS 'no debts';
COMMENT ON TRIGGER touch ON "Order" IS 'touches';
COMMENT ON POLICY own ON "Customer" IS 'only me';
COMMENT ON VIEW customer_totals IS 'sums';
COMMENT ON INDEX lower_name IS 'folded';
COMMENT ON TYPE "Mood" IS 'how';
COMMENT ON DOMAIN email IS 'address';
COMMENT ON SEQUENCE invoice_number IS 'numbers';
