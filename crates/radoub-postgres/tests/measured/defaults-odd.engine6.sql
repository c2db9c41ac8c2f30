-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "public"."Color" AS ENUM ('RED', 'BLUE', 'it's', 'a,b', 'a b');

-- CreateEnum
CREATE TYPE "public"."color2" AS ENUM ('red', 'a b');

-- CreateTable
CREATE TABLE "public"."t00" (
    "c0" TEXT[] DEFAULT ARRAY['x', 'y']::TEXT[],
    "c1" TEXT[] DEFAULT ARRAY['x']::TEXT[],
    "c2" TEXT[] DEFAULT ('{a}'::text[] || 'b'::text),
    "c3" TEXT[] DEFAULT array_append(ARRAY['x'::text], 'y'::text),
    "c4" TEXT[] DEFAULT array_append('{x}'::text[], 'y'::text),
    "c5" TEXT[] DEFAULT COALESCE(ARRAY['x'::text], ARRAY['y'::text]),
    "c6" TEXT[] DEFAULT ARRAY['x']::TEXT[],
    "c7" TEXT[] DEFAULT ARRAY['x']::TEXT[],
    "c8" TEXT[] DEFAULT ARRAY[('x'::text COLLATE "C")],
    "c9" TEXT[] DEFAULT ARRAY['a']::TEXT[],
    "c11" TEXT[] DEFAULT ARRAY['a'::text, lower('B'::text)],
    "c12" TEXT[] DEFAULT ARRAY['a\b']::TEXT[],
    "c13" TEXT[] DEFAULT ARRAY['a b']::TEXT[],
    "c14" TEXT[] DEFAULT '{it''s}'::text[],
    "c15" TEXT[] DEFAULT '{a''b}'::text[],
    "c16" TEXT[] DEFAULT ARRAY['a
b']::TEXT[],
    "c20" TEXT[] DEFAULT ARRAY['a""b', 'c']::TEXT[],
    "c21" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "c22" TEXT[] DEFAULT ((ARRAY['x'::text] || ARRAY['y'::text]) || ARRAY['z'::text]),
    "c23" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "c24" TEXT[] DEFAULT ARRAY['x'::text, NULL::text],
    "c25" TEXT[] DEFAULT '{(a)}'::text[],
    "c26" TEXT[] DEFAULT '{a;b}'::text[],
    "c27" TEXT[] DEFAULT '{1}'::text[],
    "c28" TEXT[] DEFAULT '{é}'::text[],
    "c29" TEXT[] DEFAULT ARRAY['{']::TEXT[],
    "c30" TEXT[] DEFAULT ARRAY['}']::TEXT[],
    "c31" TEXT[] DEFAULT ARRAY[']']::TEXT[],
    "c32" TEXT[] DEFAULT ARRAY['[a]', 'b'']']::TEXT[],
    "c33" TEXT[] DEFAULT ARRAY['a']::TEXT[],
    "c34" TEXT[] DEFAULT ARRAY['NULL', 'a']::TEXT[],
    "c35" TEXT[] DEFAULT ARRAY['NULL']::TEXT[],
    "c36" TEXT[] DEFAULT ARRAY['NULL']::TEXT[],
    "c37" TEXT[] DEFAULT ARRAY['NULL']::TEXT[],
    "c38" TEXT[] DEFAULT ARRAY['a, b', '::text']::TEXT[]
);

-- CreateTable
CREATE TABLE "public"."t01" (
    "c0" INTEGER[] DEFAULT ARRAY[1]::INTEGER[],
    "c1" INTEGER[] DEFAULT ARRAY[1, 2]::INTEGER[],
    "c2" INTEGER[] DEFAULT ARRAY[1, (2 + 3)],
    "c3" INTEGER[] DEFAULT '{1,NULL}'::integer[],
    "c4" INTEGER[] DEFAULT ARRAY[1, 2]::INTEGER[],
    "c5" INTEGER[] DEFAULT ARRAY[1, NULL::integer],
    "c6" INTEGER[] DEFAULT ARRAY[1]::INTEGER[],
    "c7" INTEGER[] DEFAULT ARRAY[1]::INTEGER[],
    "c8" INTEGER[] DEFAULT ARRAY[-1, 2]::INTEGER[],
    "c9" INTEGER[] DEFAULT ARRAY[-1, -2]::INTEGER[],
    "c10" INTEGER[] DEFAULT array_fill(0, ARRAY[3]),
    "c11" INTEGER[] DEFAULT ARRAY[(1)::smallint],
    "c12" INTEGER[] DEFAULT ARRAY[2147483647]::INTEGER[]
);

-- CreateTable
CREATE TABLE "public"."t02" (
    "c1" "public"."Color"[] DEFAULT ARRAY['RED']::"public"."Color"[],
    "c2" "public"."Color"[] DEFAULT enum_range(NULL::"Color"),
    "c3" "public"."Color"[] DEFAULT ARRAY['RED', 'BLUE']::"public"."Color"[],
    "c4" "public"."Color"[] DEFAULT '{it''s}'::"Color"[],
    "c5" "public"."Color"[] DEFAULT ARRAY['a b']::"public"."Color"[],
    "c6" "public"."Color"[] DEFAULT ARRAY['a b']::"public"."Color"[]
);

-- CreateTable
CREATE TABLE "public"."t03" (
    "c0" BYTEA[] DEFAULT ARRAY[]::BYTEA[],
    "c1" BYTEA[] DEFAULT ARRAY[]::BYTEA[]
);

-- CreateTable
CREATE TABLE "public"."t04" (
    "c0" JSON[] DEFAULT ARRAY['{}']::JSON[],
    "c1" JSON[] DEFAULT '{[],1}'::json[]
);

-- CreateTable
CREATE TABLE "public"."t05" (
    "c0" BOOLEAN[] DEFAULT ARRAY[true]::BOOLEAN[],
    "c1" BOOLEAN[] DEFAULT ARRAY[true]::BOOLEAN[],
    "c2" BOOLEAN[] DEFAULT ARRAY[NULL::boolean],
    "c3" BOOLEAN[] DEFAULT ARRAY[true]::BOOLEAN[]
);

-- CreateTable
CREATE TABLE "public"."t06" (
    "c0" VARCHAR[] DEFAULT ARRAY['a']::VARCHAR[],
    "c1" VARCHAR[] DEFAULT ARRAY['a']::VARCHAR[],
    "c2" VARCHAR[] DEFAULT ARRAY[('a'::text)::character varying]
);

-- CreateTable
CREATE TABLE "public"."t07" (
    "c0" DOUBLE PRECISION[] DEFAULT '{1,-2.5,10000000000,NaN}'::double precision[],
    "c1" DOUBLE PRECISION[] DEFAULT ARRAY[1.5]::DOUBLE PRECISION[],
    "c2" DOUBLE PRECISION[] DEFAULT ARRAY[0.5]::DOUBLE PRECISION[],
    "c3" DOUBLE PRECISION[] DEFAULT ARRAY[0]::DOUBLE PRECISION[]
);

-- CreateTable
CREATE TABLE "public"."t08" (
    "c0" DECIMAL[] DEFAULT ARRAY[1.50]::DECIMAL[],
    "c1" DECIMAL[] DEFAULT ARRAY[1.50, 2]::DECIMAL[],
    "c2" DECIMAL[] DEFAULT ARRAY[1.5]::DECIMAL[],
    "c3" DECIMAL[] DEFAULT ARRAY[1]::DECIMAL[],
    "c4" DECIMAL[] DEFAULT ARRAY[1.5]::DECIMAL[]
);

-- CreateTable
CREATE TABLE "public"."t09" (
    "c0" TIMESTAMPTZ[] DEFAULT '{"2020-01-01 00:00:00+00"}'::timestamp with time zone[],
    "c1" TIMESTAMPTZ[] DEFAULT '{"2020-01-01 00:00:00+00"}'::timestamp with time zone[],
    "c2" TIMESTAMPTZ[] DEFAULT ARRAY[now()]
);

-- CreateTable
CREATE TABLE "public"."t10" (
    "c0" INET[] DEFAULT '{1.1.1.1}'::inet[]
);

-- CreateTable
CREATE TABLE "public"."t11" (
    "c0" BIT(3)[] DEFAULT '{101}'::"bit"[],
    "c1" BIT(3)[] DEFAULT ARRAY['101']::BIT(3)[]
);

-- CreateTable
CREATE TABLE "public"."t12" (
    "c0" CITEXT[] DEFAULT ARRAY['a']::CITEXT[],
    "c1" CITEXT[] DEFAULT ARRAY['a']::CITEXT[]
);

-- CreateTable
CREATE TABLE "public"."t13" (
    "c0" MONEY[] DEFAULT '{$1.00}'::money[]
);

-- CreateTable
CREATE TABLE "public"."t14" (
    "c0" OID[] DEFAULT ARRAY[1]::OID[]
);

-- CreateTable
CREATE TABLE "public"."t15" (
    "c0" XML[] DEFAULT '{<a/>}'::xml[]
);

-- CreateTable
CREATE TABLE "public"."t16" (
    "c0" UUID[] DEFAULT '{00000000-0000-0000-0000-000000000000}'::uuid[]
);

-- CreateTable
CREATE TABLE "public"."t17" (
    "c0" TEXT DEFAULT (ARRAY['x'::text])[1],
    "c1" TEXT DEFAULT 'a',
    "c2" TEXT DEFAULT ('a'::text || 'b'::text),
    "c3" TEXT DEFAULT 'a',
    "c5" TEXT DEFAULT ('RED'::"Color")::text,
    "c6" TEXT DEFAULT 'a',
    "c7" TEXT DEFAULT '\n',
    "c8" TEXT DEFAULT 'a\''b',
    "c9" TEXT DEFAULT 'A',
    "c10" TEXT DEFAULT 'A',
    "c11" TEXT DEFAULT 'a''',
    "c12" TEXT DEFAULT '''',
    "c13" TEXT DEFAULT '''a',
    "c14" TEXT DEFAULT '''',
    "c15" TEXT DEFAULT '%',
    "c16" TEXT DEFAULT 'a	b',
    "c17" TEXT DEFAULT '\\',
    "c18" TEXT DEFAULT '\n',
    "c19" TEXT DEFAULT 'a::text',
    "c20" TEXT DEFAULT ('x'::text)::character varying(3),
    "c21" TEXT DEFAULT 'a',
    "c22" TEXT DEFAULT 'a',
    "c23" TEXT DEFAULT 'a'
);

-- CreateTable
CREATE TABLE "public"."t18" (
    "c0" "public"."Color" DEFAULT ('RED'::text)::"Color",
    "c1" "public"."Color" DEFAULT enum_first(NULL::"Color"),
    "c2" "public"."Color" DEFAULT 'it''s',
    "c3" "public"."Color" DEFAULT 'RED'
);

-- CreateTable
CREATE TABLE "public"."t19" (
    "c0" INTEGER DEFAULT (1)::bigint,
    "c1" INTEGER DEFAULT 1,
    "c2" INTEGER DEFAULT (- 1),
    "c3" INTEGER DEFAULT -1,
    "c4" INTEGER DEFAULT 1,
    "c5" INTEGER DEFAULT (1)::numeric(5,2),
    "c6" INTEGER DEFAULT 1,
    "c7" INTEGER DEFAULT 
CASE
    WHEN true THEN 1
    ELSE 2
END,
    "c8" SERIAL,
    "c9" SERIAL,
    "c10" INTEGER DEFAULT currval('sq'::regclass),
    "c11" SERIAL,
    "c12" SERIAL,
    "c13" SERIAL,
    "c14" INTEGER DEFAULT nextval((('sq'::regclass)::text)::regclass),
    "c15" INTEGER DEFAULT (nextval('other."S.q"'::regclass))::integer,
    "c16" INTEGER DEFAULT (nextval('sq'::regclass))::smallint
);

-- CreateTable
CREATE TABLE "public"."t20" (
    "c0" BIGSERIAL,
    "c1" BIGSERIAL,
    "c2" BIGINT DEFAULT 2147483648,
    "c3" BIGINT DEFAULT -9223372036854775808,
    "c4" BIGINT DEFAULT (5)::bigint
);

-- CreateTable
CREATE TABLE "public"."t21" (
    "c0" SMALLSERIAL,
    "c1" SMALLINT DEFAULT -3
);

-- CreateTable
CREATE TABLE "public"."t22" (
    "c0" DOUBLE PRECISION DEFAULT 1.5,
    "c1" DOUBLE PRECISION DEFAULT 1,
    "c2" DOUBLE PRECISION DEFAULT 0,
    "c3" DOUBLE PRECISION DEFAULT 0.0,
    "c4" DOUBLE PRECISION DEFAULT 1.0,
    "c5" DOUBLE PRECISION DEFAULT ('1'::text)::double precision,
    "c6" DOUBLE PRECISION DEFAULT -1,
    "c7" DOUBLE PRECISION DEFAULT -1,
    "c8" DOUBLE PRECISION DEFAULT 5
);

-- CreateTable
CREATE TABLE "public"."t23" (
    "c0" DECIMAL(5,2) DEFAULT 1,
    "c1" DECIMAL(5,2) DEFAULT (- (1)::numeric),
    "c2" DECIMAL(5,2) DEFAULT -1,
    "c3" DECIMAL(5,2) DEFAULT -1.5,
    "c4" DECIMAL(5,2) DEFAULT 0.00,
    "c5" DECIMAL(5,2) DEFAULT 0.10,
    "c6" DECIMAL(5,2) DEFAULT 1
);

-- CreateTable
CREATE TABLE "public"."t24" (
    "c0" TIMESTAMP(6) DEFAULT (now())::timestamp without time zone,
    "c1" TIMESTAMP(6) DEFAULT (now())::timestamp(0) without time zone,
    "c3" TIMESTAMP(6) DEFAULT timezone('UTC'::text, CURRENT_TIMESTAMP),
    "c4" TIMESTAMP(6) DEFAULT (CURRENT_TIMESTAMP(3))::timestamp(3) without time zone,
    "c5" TIMESTAMP(6) DEFAULT ((now())::date)::timestamp without time zone,
    "c6" TIMESTAMP(6) DEFAULT (CURRENT_TIMESTAMP)::date
);

-- CreateTable
CREATE TABLE "public"."t25" (
    "c0" TIME(6) DEFAULT (now())::time without time zone,
    "c1" TIME(6) DEFAULT (CURRENT_TIMESTAMP)::time without time zone,
    "c2" TIME(6) DEFAULT (CURRENT_TIMESTAMP)::time(3) without time zone,
    "c3" TIME(6) DEFAULT CURRENT_TIMESTAMP
);

-- CreateTable
CREATE TABLE "public"."t26" (
    "c0" DATE DEFAULT (now())::date,
    "c1" DATE DEFAULT ((now())::timestamp without time zone)::date
);

-- CreateTable
CREATE TABLE "public"."t27" (
    "c0" BOOLEAN DEFAULT true,
    "c1" BOOLEAN,
    "c2" BOOLEAN DEFAULT (NOT false),
    "c3" BOOLEAN DEFAULT true,
    "c4" BOOLEAN DEFAULT (1 = 1),
    "c5" BOOLEAN DEFAULT ((true)::text)::boolean
);

-- CreateTable
CREATE TABLE "public"."t28" (
    "c0" JSONB DEFAULT ('{}'::json)::jsonb,
    "c1" JSONB DEFAULT ('{}'::text)::jsonb,
    "c2" JSONB DEFAULT '{"k": [1, 2, {"z": "it''s"}]}',
    "c3" JSONB DEFAULT '{"a": "\n"}',
    "c4" JSONB DEFAULT jsonb_build_object('a', 1),
    "c5" JSONB DEFAULT '[]',
    "c6" JSONB DEFAULT '[]'
);

-- CreateTable
CREATE TABLE "public"."t29" (
    "c0" BYTEA DEFAULT '\xff',
    "c1" BYTEA DEFAULT '\x00',
    "c2" BYTEA DEFAULT convert_to('a'::text, 'UTF8'::name),
    "c3" BYTEA DEFAULT '\x'
);
