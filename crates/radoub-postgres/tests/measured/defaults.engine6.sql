-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "public"."Color" AS ENUM ('RED', 'BLUE', 'it's', 'a,b');

-- CreateEnum
CREATE TYPE "public"."color2" AS ENUM ('red', 'a b');

-- CreateTable
CREATE TABLE "public"."t00" (
    "c0" TEXT DEFAULT 'x',
    "c1" TEXT DEFAULT 'it''s',
    "c2" TEXT DEFAULT 'a
b',
    "c3" TEXT DEFAULT '\',
    "c4" TEXT DEFAULT 'a\b',
    "c5" TEXT DEFAULT '',
    "c6" TEXT DEFAULT CURRENT_USER,
    "c7" TEXT DEFAULT lower('X'::text),
    "c8" TEXT DEFAULT ('x'::text || 'y'::text),
    "c9" TEXT,
    "c10" TEXT,
    "c11" TEXT DEFAULT 'x',
    "c12" TEXT DEFAULT 'null',
    "c13" TEXT DEFAULT 'NULL',
    "c14" TEXT DEFAULT 'é漢字',
    "c15" TEXT DEFAULT 'x',
    "c16" TEXT DEFAULT (gen_random_uuid())::text,
    "c17" TEXT DEFAULT (now())::text,
    "c18" TEXT DEFAULT 'tab	here',
    "c19" TEXT DEFAULT 'a"b',
    "c20" TEXT DEFAULT 'line
break',
    "c21" TEXT DEFAULT '{}',
    "c22" TEXT DEFAULT '::text',
    "c23" TEXT DEFAULT 'x',
    "c24" TEXT DEFAULT 'dollar',
    "c25" TEXT DEFAULT to_char(now(), 'YYYY'::text),
    "c26" TEXT DEFAULT 'é',
    "c27" TEXT DEFAULT repeat('a'::text, 3),
    "c28" TEXT DEFAULT concat('a', 'b'),
    "c29" TEXT DEFAULT ('a'::"char")::text,
    "c30" TEXT DEFAULT (1)::text,
    "c31" TEXT DEFAULT (true)::text
);

-- CreateTable
CREATE TABLE "public"."t01" (
    "c0" VARCHAR(10) DEFAULT 'x',
    "c1" VARCHAR(10) DEFAULT 'x',
    "c2" VARCHAR(10) DEFAULT 'x',
    "c3" VARCHAR(10) DEFAULT 'x'
);

-- CreateTable
CREATE TABLE "public"."t02" (
    "c0" CHAR(3) DEFAULT 'x',
    "c1" CHAR(3) DEFAULT 'abc'
);

-- CreateTable
CREATE TABLE "public"."t03" (
    "c0" CITEXT DEFAULT 'x',
    "c1" CITEXT DEFAULT 'X'
);

-- CreateTable
CREATE TABLE "public"."t04" (
    "c0" BIT(3) DEFAULT '101',
    "c1" BIT(3) DEFAULT '101'
);

-- CreateTable
CREATE TABLE "public"."t05" (
    "c0" VARBIT DEFAULT '101'
);

-- CreateTable
CREATE TABLE "public"."t06" (
    "c0" XML DEFAULT '<a/>'
);

-- CreateTable
CREATE TABLE "public"."t07" (
    "c0" INET DEFAULT '1.1.1.1'
);

-- CreateTable
CREATE TABLE "public"."t08" (
    "c0" UUID DEFAULT '00000000-0000-0000-0000-000000000000'::uuid,
    "c1" UUID DEFAULT gen_random_uuid()
);

-- CreateTable
CREATE TABLE "public"."t09" (
    "c0" JSON DEFAULT '{}',
    "c1" JSON DEFAULT '{"a": 1}',
    "c2" JSON DEFAULT ('[]'::jsonb)::json,
    "c3" JSON DEFAULT json_build_object(),
    "c4" JSON DEFAULT 'null'
);

-- CreateTable
CREATE TABLE "public"."t10" (
    "c0" JSONB DEFAULT '{}',
    "c1" JSONB DEFAULT '{"a": "it''s"}',
    "c2" JSONB DEFAULT '"x"',
    "c3" JSONB DEFAULT '1'
);

-- CreateTable
CREATE TABLE "public"."t11" (
    "c0" INTEGER DEFAULT 1,
    "c1" INTEGER DEFAULT -1,
    "c2" INTEGER DEFAULT -1,
    "c3" INTEGER DEFAULT (+ 1),
    "c4" INTEGER DEFAULT 5,
    "c5" INTEGER DEFAULT -5,
    "c6" INTEGER DEFAULT (1 + 1),
    "c7" INTEGER DEFAULT 1,
    "c8" INTEGER DEFAULT 7,
    "c9" INTEGER DEFAULT 1.0,
    "c10" INTEGER DEFAULT (1.5)::integer,
    "c11" SERIAL,
    "c12" SERIAL,
    "c13" SERIAL,
    "c14" SERIAL,
    "c15" SERIAL,
    "c16" SERIAL,
    "c17" INTEGER DEFAULT (nextval('sq'::regclass) + 1),
    "c18" SERIAL,
    "c19" INTEGER DEFAULT 0,
    "c20" INTEGER DEFAULT 2147483647,
    "c21" INTEGER DEFAULT -2147483648,
    "c22" INTEGER DEFAULT abs('-1'::integer),
    "c23" INTEGER DEFAULT (1)::smallint,
    "c24" INTEGER DEFAULT ('1'::text)::integer,
    "c25" INTEGER DEFAULT (nextval('sq'::regclass))::integer,
    "c26" INTEGER DEFAULT (nextval('sq'::regclass) * 2),
    "c27" INTEGER DEFAULT (random() * (10)::double precision)
);

-- CreateTable
CREATE TABLE "public"."t12" (
    "c0" BIGINT DEFAULT 1,
    "c1" BIGINT DEFAULT -1,
    "c2" BIGINT DEFAULT 9223372036854775807,
    "c3" BIGINT DEFAULT -9223372036854775808,
    "c4" BIGINT DEFAULT 5,
    "c5" BIGINT DEFAULT 5,
    "c6" BIGSERIAL,
    "c7" BIGINT DEFAULT (1)::numeric,
    "c8" BIGINT DEFAULT (EXTRACT(epoch FROM now()))::bigint
);

-- CreateTable
CREATE TABLE "public"."t13" (
    "c0" SMALLINT DEFAULT 1,
    "c1" SMALLINT DEFAULT -1,
    "c2" SMALLSERIAL,
    "c3" SMALLINT DEFAULT 3
);

-- CreateTable
CREATE TABLE "public"."t14" (
    "c0" OID DEFAULT 1,
    "c1" OID DEFAULT 5
);

-- CreateTable
CREATE TABLE "public"."t15" (
    "c0" REAL DEFAULT 1,
    "c1" REAL DEFAULT 1.5,
    "c2" REAL DEFAULT -1.5,
    "c3" REAL DEFAULT 'NaN'::real,
    "c4" REAL DEFAULT 10000000000,
    "c5" REAL DEFAULT 1.5,
    "c6" REAL DEFAULT -1.5,
    "c7" REAL DEFAULT 'Infinity'::real,
    "c8" REAL DEFAULT 1.50,
    "c9" REAL DEFAULT 0.5,
    "c10" REAL DEFAULT 0,
    "c11" REAL DEFAULT pi()
);

-- CreateTable
CREATE TABLE "public"."t16" (
    "c0" DOUBLE PRECISION DEFAULT 1,
    "c1" DOUBLE PRECISION DEFAULT 1.5,
    "c2" DOUBLE PRECISION DEFAULT -1.5,
    "c3" DOUBLE PRECISION DEFAULT -1.5,
    "c4" DOUBLE PRECISION DEFAULT 10000000000,
    "c5" DOUBLE PRECISION DEFAULT 0.0000000001,
    "c6" DOUBLE PRECISION DEFAULT 10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000,
    "c7" DOUBLE PRECISION DEFAULT 'NaN'::double precision,
    "c8" DOUBLE PRECISION DEFAULT 1.50,
    "c9" DOUBLE PRECISION DEFAULT 0.1,
    "c10" DOUBLE PRECISION DEFAULT 100000,
    "c11" DOUBLE PRECISION DEFAULT 1.5
);

-- CreateTable
CREATE TABLE "public"."t17" (
    "c0" DECIMAL(65,30) DEFAULT 1,
    "c1" DECIMAL(65,30) DEFAULT 1.5,
    "c2" DECIMAL(65,30) DEFAULT -1.5,
    "c3" DECIMAL(65,30) DEFAULT 1.50,
    "c4" DECIMAL(65,30) DEFAULT 10000000000,
    "c5" DECIMAL(65,30) DEFAULT 'NaN'::numeric,
    "c6" DECIMAL(65,30) DEFAULT -1.5,
    "c7" DECIMAL(65,30) DEFAULT 12345678901234567890.123,
    "c8" DECIMAL(65,30) DEFAULT 1.5,
    "c9" DECIMAL(65,30) DEFAULT 0.10,
    "c10" DECIMAL(65,30) DEFAULT 1,
    "c11" DECIMAL(65,30) DEFAULT 1.5
);

-- CreateTable
CREATE TABLE "public"."t18" (
    "c0" DECIMAL DEFAULT 1,
    "c1" DECIMAL DEFAULT 1.5
);

-- CreateTable
CREATE TABLE "public"."t19" (
    "c0" MONEY DEFAULT 1,
    "c1" MONEY DEFAULT '$1.50'::money,
    "c2" MONEY DEFAULT 1.5,
    "c3" MONEY DEFAULT '-$5.00'::money
);

-- CreateTable
CREATE TABLE "public"."t20" (
    "c0" BOOLEAN DEFAULT true,
    "c1" BOOLEAN DEFAULT false,
    "c2" BOOLEAN DEFAULT true,
    "c3" BOOLEAN DEFAULT false,
    "c4" BOOLEAN DEFAULT true,
    "c5" BOOLEAN DEFAULT (1)::boolean,
    "c7" BOOLEAN,
    "c8" BOOLEAN DEFAULT true,
    "c9" BOOLEAN DEFAULT true
);

-- CreateTable
CREATE TABLE "public"."t21" (
    "c0" BYTEA DEFAULT '\x01',
    "c1" BYTEA DEFAULT '\x616263',
    "c2" BYTEA DEFAULT '\x',
    "c3" BYTEA DEFAULT '\xdeadbeef',
    "c4" BYTEA DEFAULT '\x01',
    "c5" BYTEA DEFAULT decode('00'::text, 'hex'::text),
    "c6" BYTEA DEFAULT '\x'
);

-- CreateTable
CREATE TABLE "public"."t22" (
    "c0" TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP,
    "c1" TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP,
    "c2" TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP(3),
    "c3" TIMESTAMP(3) DEFAULT LOCALTIMESTAMP,
    "c4" TIMESTAMP(3) DEFAULT (now())::timestamp without time zone,
    "c5" TIMESTAMP(3) DEFAULT timezone('utc'::text, now()),
    "c6" TIMESTAMP(3) DEFAULT '2020-01-01 00:00:00'::timestamp without time zone,
    "c7" TIMESTAMP(3) DEFAULT (now() + '1 day'::interval),
    "c8" TIMESTAMP(3) DEFAULT transaction_timestamp(),
    "c9" TIMESTAMP(3) DEFAULT (CURRENT_TIMESTAMP)::timestamp(3) without time zone,
    "c10" TIMESTAMP(3) DEFAULT (now())::timestamp(3) without time zone,
    "c11" TIMESTAMP(3) DEFAULT '2020-02-02 00:00:00'::timestamp without time zone,
    "c12" TIMESTAMP(3) DEFAULT ('2020-02-02'::text)::timestamp without time zone,
    "c13" TIMESTAMP(3) DEFAULT clock_timestamp(),
    "c14" TIMESTAMP(3) DEFAULT statement_timestamp(),
    "c15" TIMESTAMP(3) DEFAULT 'infinity'::timestamp without time zone,
    "c16" TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP,
    "c18" TIMESTAMP(3) DEFAULT (now())::date,
    "c19" TIMESTAMP(3) DEFAULT CURRENT_DATE
);

-- CreateTable
CREATE TABLE "public"."t23" (
    "c0" TIMESTAMPTZ(6) DEFAULT CURRENT_TIMESTAMP,
    "c1" TIMESTAMPTZ(6) DEFAULT CURRENT_TIMESTAMP,
    "c2" TIMESTAMPTZ(6) DEFAULT CURRENT_TIMESTAMP(6),
    "c3" TIMESTAMPTZ(6) DEFAULT LOCALTIMESTAMP,
    "c4" TIMESTAMPTZ(6) DEFAULT '2020-01-01 00:00:00+00'::timestamp with time zone,
    "c5" TIMESTAMPTZ(6) DEFAULT CURRENT_TIMESTAMP(0)
);

-- CreateTable
CREATE TABLE "public"."t24" (
    "c0" DATE DEFAULT CURRENT_TIMESTAMP,
    "c1" DATE DEFAULT CURRENT_DATE,
    "c2" DATE DEFAULT '2020-01-01'::date,
    "c3" DATE DEFAULT CURRENT_TIMESTAMP,
    "c4" DATE DEFAULT (now())::date
);

-- CreateTable
CREATE TABLE "public"."t25" (
    "c0" TIME(3) DEFAULT CURRENT_TIMESTAMP,
    "c1" TIME(3) DEFAULT CURRENT_TIME,
    "c2" TIME(3) DEFAULT LOCALTIME,
    "c3" TIME(3) DEFAULT '12:00:00'::time without time zone,
    "c4" TIME(3) DEFAULT CURRENT_TIMESTAMP
);

-- CreateTable
CREATE TABLE "public"."t26" (
    "c0" TIMETZ(6) DEFAULT CURRENT_TIMESTAMP,
    "c1" TIMETZ(6) DEFAULT CURRENT_TIME
);

-- CreateTable
CREATE TABLE "public"."t27" (
    "c0" "public"."Color" DEFAULT 'RED',
    "c1" "public"."Color" DEFAULT 'RED',
    "c2" "public"."Color" DEFAULT 'it''s',
    "c3" "public"."Color" DEFAULT ('BLUE'::text)::"Color",
    "c4" "public"."Color",
    "c5" "public"."Color" DEFAULT 'a,b',
    "c6" "public"."Color" DEFAULT 'RED'
);

-- CreateTable
CREATE TABLE "public"."t28" (
    "c0" "public"."color2" DEFAULT 'red',
    "c1" "public"."color2" DEFAULT 'a b'
);

-- CreateTable
CREATE TABLE "public"."t29" (
    "c0" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "c1" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "c2" TEXT[] DEFAULT ARRAY['a', 'b']::TEXT[],
    "c3" TEXT[] DEFAULT ARRAY['a', 'b']::TEXT[],
    "c4" TEXT[] DEFAULT ARRAY['a b', 'c']::TEXT[],
    "c5" TEXT[] DEFAULT ARRAY['a"b']::TEXT[],
    "c6" TEXT[] DEFAULT ARRAY['it''s']::TEXT[],
    "c7" TEXT[] DEFAULT ARRAY['NULL']::TEXT[],
    "c8" TEXT[] DEFAULT ARRAY[NULL::text],
    "c9" TEXT[] DEFAULT ARRAY['']::TEXT[],
    "c10" TEXT[] DEFAULT ARRAY['a', 'b']::TEXT[],
    "c11" TEXT[] DEFAULT '{{a},{b}}'::text[],
    "c12" TEXT[] DEFAULT ARRAY[ARRAY['a'::text]],
    "c13" TEXT[] DEFAULT ARRAY['a,b']::TEXT[],
    "c14" TEXT[] DEFAULT ARRAY['{}']::TEXT[],
    "c15" TEXT[] DEFAULT string_to_array('a,b'::text, ','::text),
    "c16" TEXT[] DEFAULT ARRAY[('a'::text || 'b'::text)],
    "c17" TEXT[] DEFAULT ARRAY['a']::TEXT[],
    "c18" TEXT[] DEFAULT ARRAY['a']::TEXT[],
    "c19" TEXT[],
    "c20" TEXT[] DEFAULT ARRAY['a,b']::TEXT[],
    "c21" TEXT[] DEFAULT ARRAY['null']::TEXT[],
    "c22" TEXT[] DEFAULT ARRAY['a', 'b']::TEXT[],
    "c23" TEXT[] DEFAULT ARRAY['\']::TEXT[],
    "c24" TEXT[] DEFAULT ARRAY['a\b']::TEXT[],
    "c25" TEXT[] DEFAULT ARRAY['a
b']::TEXT[],
    "c26" TEXT[] DEFAULT ARRAY['a
b']::TEXT[],
    "c27" TEXT[] DEFAULT ARRAY['x']::TEXT[],
    "c28" TEXT[] DEFAULT '[0:1]={a,b}'::text[]
);

-- CreateTable
CREATE TABLE "public"."t30" (
    "c0" VARCHAR(5)[] DEFAULT ARRAY['a']::VARCHAR(5)[],
    "c1" VARCHAR(5)[] DEFAULT ARRAY['a']::VARCHAR(5)[],
    "c2" VARCHAR(5)[] DEFAULT ARRAY['a']::VARCHAR(5)[],
    "c3" VARCHAR(5)[] DEFAULT ARRAY['a']::VARCHAR(5)[]
);

-- CreateTable
CREATE TABLE "public"."t31" (
    "c0" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
    "c1" INTEGER[] DEFAULT ARRAY[1, 2]::INTEGER[],
    "c2" INTEGER[] DEFAULT ARRAY[1, 2]::INTEGER[],
    "c3" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
    "c4" INTEGER[] DEFAULT ARRAY[-1]::INTEGER[],
    "c5" INTEGER[] DEFAULT ARRAY[-1]::INTEGER[],
    "c6" INTEGER[] DEFAULT ARRAY[1]::INTEGER[],
    "c7" INTEGER[] DEFAULT ARRAY[(1 + 1)],
    "c8" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
    "c9" INTEGER[] DEFAULT ARRAY[1, 2]::INTEGER[],
    "c10" INTEGER[] DEFAULT ARRAY[1]::INTEGER[]
);

-- CreateTable
CREATE TABLE "public"."t32" (
    "c0" BIGINT[] DEFAULT ARRAY[]::BIGINT[],
    "c1" BIGINT[] DEFAULT ARRAY[1, 2]::BIGINT[],
    "c2" BIGINT[] DEFAULT ARRAY[1, 2]::BIGINT[],
    "c3" BIGINT[] DEFAULT ARRAY[(1)::bigint, (2)::bigint],
    "c4" BIGINT[] DEFAULT ARRAY[('-1'::integer)::bigint]
);

-- CreateTable
CREATE TABLE "public"."t33" (
    "c0" SMALLINT[] DEFAULT ARRAY[(1)::smallint],
    "c1" SMALLINT[] DEFAULT ARRAY[1]::SMALLINT[]
);

-- CreateTable
CREATE TABLE "public"."t34" (
    "c0" DOUBLE PRECISION[] DEFAULT ARRAY[1.5]::DOUBLE PRECISION[],
    "c1" DOUBLE PRECISION[] DEFAULT ARRAY[1.5]::DOUBLE PRECISION[],
    "c2" DOUBLE PRECISION[] DEFAULT ARRAY[-1.5]::DOUBLE PRECISION[],
    "c3" DOUBLE PRECISION[] DEFAULT ARRAY[1]::DOUBLE PRECISION[],
    "c4" DOUBLE PRECISION[] DEFAULT ARRAY[1.5]::DOUBLE PRECISION[],
    "c5" DOUBLE PRECISION[] DEFAULT ARRAY[1.5]::DOUBLE PRECISION[],
    "c6" DOUBLE PRECISION[] DEFAULT ARRAY[10000000000]::DOUBLE PRECISION[]
);

-- CreateTable
CREATE TABLE "public"."t35" (
    "c0" DECIMAL(10,2)[] DEFAULT ARRAY[1.5]::DECIMAL(10,2)[],
    "c1" DECIMAL(10,2)[] DEFAULT ARRAY[1.5]::DECIMAL(10,2)[],
    "c2" DECIMAL(10,2)[] DEFAULT ARRAY[1.5]::DECIMAL(10,2)[],
    "c3" DECIMAL(10,2)[] DEFAULT ARRAY[-1.5]::DECIMAL(10,2)[]
);

-- CreateTable
CREATE TABLE "public"."t36" (
    "c0" BOOLEAN[] DEFAULT ARRAY[true, false]::BOOLEAN[],
    "c1" BOOLEAN[] DEFAULT ARRAY[true, false]::BOOLEAN[],
    "c2" BOOLEAN[] DEFAULT ARRAY[true]::BOOLEAN[],
    "c3" BOOLEAN[] DEFAULT ARRAY[true]::BOOLEAN[]
);

-- CreateTable
CREATE TABLE "public"."t37" (
    "c0" BYTEA[] DEFAULT '{"\\x01"}'::bytea[],
    "c1" BYTEA[] DEFAULT ARRAY['\x01']::BYTEA[],
    "c2" BYTEA[] DEFAULT ARRAY['\x01']::BYTEA[]
);

-- CreateTable
CREATE TABLE "public"."t38" (
    "c0" JSON[] DEFAULT ARRAY['{}']::JSON[],
    "c1" JSON[] DEFAULT ARRAY[]::JSON[]
);

-- CreateTable
CREATE TABLE "public"."t39" (
    "c0" JSONB[] DEFAULT ARRAY['{}']::JSONB[],
    "c1" JSONB[] DEFAULT ARRAY['{}']::JSONB[],
    "c2" JSONB[] DEFAULT ARRAY['{"a": 1}']::JSONB[],
    "c3" JSONB[] DEFAULT ARRAY[]::JSONB[]
);

-- CreateTable
CREATE TABLE "public"."t40" (
    "c0" TIMESTAMP(3)[] DEFAULT ARRAY[now()],
    "c1" TIMESTAMP(3)[] DEFAULT ARRAY[]::TIMESTAMP(3)[],
    "c2" TIMESTAMP(3)[] DEFAULT ARRAY['2020-01-01 00:00:00'::timestamp without time zone],
    "c3" TIMESTAMP(3)[] DEFAULT ARRAY[CURRENT_TIMESTAMP]
);

-- CreateTable
CREATE TABLE "public"."t41" (
    "c0" UUID[] DEFAULT ARRAY[]::UUID[],
    "c1" UUID[] DEFAULT ARRAY[]::UUID[],
    "c2" UUID[] DEFAULT ARRAY[gen_random_uuid()]
);

-- CreateTable
CREATE TABLE "public"."t42" (
    "c0" "public"."Color"[] DEFAULT ARRAY[]::"public"."Color"[],
    "c1" "public"."Color"[] DEFAULT ARRAY['RED']::"public"."Color"[],
    "c2" "public"."Color"[] DEFAULT ARRAY['RED']::"public"."Color"[],
    "c3" "public"."Color"[] DEFAULT ARRAY['RED', 'BLUE']::"public"."Color"[],
    "c4" "public"."Color"[] DEFAULT ARRAY['it''s']::"public"."Color"[],
    "c5" "public"."Color"[] DEFAULT ARRAY['a,b']::"public"."Color"[],
    "c6" "public"."Color"[] DEFAULT ARRAY['a,b']::"public"."Color"[]
);

-- CreateTable
CREATE TABLE "public"."t43" (
    "c0" tsvector DEFAULT ''::tsvector,
    "c1" tsvector DEFAULT '''a'''::tsvector
);

-- CreateTable
CREATE TABLE "public"."t44" (
    "c0" interval DEFAULT '1 day'::interval
);

-- CreateTable
CREATE TABLE "public"."t45" (
    "c0" point DEFAULT '(1,2)'::point
);

-- CreateTable
CREATE TABLE "public"."t46" (
    "c0" int4range DEFAULT 'empty'::int4range
);

-- CreateTable
CREATE TABLE "public"."t47" (
    "c0" DATE[] DEFAULT ARRAY[]::DATE[],
    "c1" DATE[] DEFAULT ARRAY['2020-01-01'::date]
);

-- CreateTable
CREATE TABLE "public"."t48" (
    "c0" TEXT DEFAULT 'x',
    "c1" TEXT DEFAULT 1
);

-- CreateTable
CREATE TABLE "public"."t49" (
    "c0" INTEGER DEFAULT 1,
    "c1" INTEGER DEFAULT -1
);
