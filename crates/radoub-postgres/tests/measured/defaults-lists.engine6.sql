-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "public"."C" AS ENUM ('a1', 'a b', 'a-b', '1');

-- CreateTable
CREATE TABLE "public"."t00" (
    "c0" TEXT[] DEFAULT ARRAY['a1']::TEXT[],
    "c1" TEXT[] DEFAULT ARRAY['a_b']::TEXT[],
    "c2" TEXT[] DEFAULT '{_a}'::text[],
    "c3" TEXT[] DEFAULT ARRAY['a-b']::TEXT[],
    "c4" TEXT[] DEFAULT '{a.b}'::text[],
    "c5" TEXT[] DEFAULT ARRAY['A']::TEXT[],
    "c6" TEXT[] DEFAULT '{$a}'::text[],
    "c7" TEXT[] DEFAULT '{a$}'::text[],
    "c8" TEXT[] DEFAULT '{a@b}'::text[],
    "c9" TEXT[] DEFAULT '{a:b}'::text[],
    "c10" TEXT[] DEFAULT '{a/b}'::text[],
    "c11" TEXT[] DEFAULT '{a+b}'::text[],
    "c12" TEXT[] DEFAULT '{1a}'::text[],
    "c13" TEXT[] DEFAULT '{aé}'::text[],
    "c14" TEXT[] DEFAULT '{a,1}'::text[],
    "c15" TEXT[] DEFAULT ARRAY['true']::TEXT[],
    "c16" TEXT[] DEFAULT ARRAY['t']::TEXT[],
    "c17" TEXT[] DEFAULT '{-}'::text[],
    "c18" TEXT[] DEFAULT '{a''}'::text[],
    "c19" TEXT[] DEFAULT ARRAY['a b''c']::TEXT[],
    "c20" TEXT[] DEFAULT ARRAY['a''b c']::TEXT[],
    "c21" TEXT[] DEFAULT ARRAY['a b', 'c d']::TEXT[],
    "c22" TEXT[] DEFAULT ARRAY['a b', 'c']::TEXT[],
    "c23" TEXT[] DEFAULT ARRAY['c', 'a b']::TEXT[],
    "c24" TEXT[] DEFAULT ARRAY['\']::TEXT[],
    "c25" TEXT[] DEFAULT ARRAY['a\b']::TEXT[],
    "c26" TEXT[] DEFAULT ARRAY['a\\b']::TEXT[],
    "c27" TEXT[] DEFAULT ARRAY['a"b c']::TEXT[],
    "c28" TEXT[] DEFAULT ARRAY['é b']::TEXT[],
    "c29" TEXT[] DEFAULT ARRAY['a
b']::TEXT[],
    "c30" TEXT[] DEFAULT '{[x]}'::text[],
    "c31" TEXT[] DEFAULT ARRAY['(x) y']::TEXT[],
    "c32" TEXT[] DEFAULT ARRAY['{x}']::TEXT[],
    "c33" TEXT[] DEFAULT ARRAY[' ']::TEXT[],
    "c34" TEXT[] DEFAULT ARRAY['a, b']::TEXT[],
    "c35" TEXT[] DEFAULT ARRAY['']::TEXT[],
    "c36" TEXT[] DEFAULT ARRAY['nulls']::TEXT[],
    "c37" TEXT[] DEFAULT ARRAY['a;b c']::TEXT[],
    "c38" TEXT[] DEFAULT ARRAY['1 2']::TEXT[],
    "c39" TEXT[] DEFAULT '{::}'::text[],
    "c40" TEXT[] DEFAULT ARRAY['a b', 'c', 'c', 'c']::TEXT[],
    "c41" TEXT[] DEFAULT ARRAY['tab	here']::TEXT[],
    "c42" TEXT[] DEFAULT ARRAY['a', 'b', 'c']::TEXT[],
    "c43" TEXT[] DEFAULT ARRAY['a', 'b']::TEXT[],
    "c44" TEXT[] DEFAULT '{http://x.y/z?q=1}'::text[],
    "c45" TEXT[] DEFAULT '{http://x}'::text[],
    "c46" TEXT[] DEFAULT '{a=b}'::text[],
    "c47" TEXT[] DEFAULT '{a!}'::text[],
    "c48" TEXT[] DEFAULT '{a?b}'::text[],
    "c49" TEXT[] DEFAULT '{a*}'::text[],
    "c50" TEXT[] DEFAULT '{a%}'::text[],
    "c51" TEXT[] DEFAULT '{a&b}'::text[],
    "c52" TEXT[] DEFAULT '{#a}'::text[],
    "c53" TEXT[] DEFAULT '{a~b}'::text[],
    "c54" TEXT[] DEFAULT '{a|b}'::text[],
    "c55" TEXT[] DEFAULT '{a^b}'::text[],
    "c56" TEXT[] DEFAULT '{a<b}'::text[],
    "c57" TEXT[] DEFAULT '{a`b}'::text[],
    "c58" TEXT[] DEFAULT '{a[b}'::text[],
    "c59" TEXT[] DEFAULT '{a]b}'::text[],
    "c60" TEXT[] DEFAULT ARRAY['a
b']::TEXT[]
);

-- CreateTable
CREATE TABLE "public"."t01" (
    "c0" INTEGER[] DEFAULT ARRAY[-1]::INTEGER[],
    "c1" INTEGER[] DEFAULT ARRAY[1, -2, 3]::INTEGER[],
    "c2" INTEGER[] DEFAULT ARRAY[0]::INTEGER[],
    "c3" INTEGER[] DEFAULT ARRAY[7]::INTEGER[]
);

-- CreateTable
CREATE TABLE "public"."t02" (
    "c0" BIGINT[] DEFAULT ARRAY[-1]::BIGINT[],
    "c1" BIGINT[] DEFAULT ARRAY[1, -2, 3]::BIGINT[],
    "c2" BIGINT[] DEFAULT ARRAY[0]::BIGINT[],
    "c3" BIGINT[] DEFAULT ARRAY[7]::BIGINT[]
);

-- CreateTable
CREATE TABLE "public"."t03" (
    "c0" DOUBLE PRECISION[] DEFAULT ARRAY[-1.5]::DOUBLE PRECISION[],
    "c1" DOUBLE PRECISION[] DEFAULT ARRAY[100000]::DOUBLE PRECISION[],
    "c2" DOUBLE PRECISION[] DEFAULT '{NaN}'::double precision[],
    "c3" DOUBLE PRECISION[] DEFAULT ARRAY[1]::DOUBLE PRECISION[],
    "c4" DOUBLE PRECISION[] DEFAULT ARRAY[0.5]::DOUBLE PRECISION[],
    "c5" DOUBLE PRECISION[] DEFAULT ARRAY[1, 2.5]::DOUBLE PRECISION[],
    "c6" DOUBLE PRECISION[] DEFAULT ARRAY[0]::DOUBLE PRECISION[]
);

-- CreateTable
CREATE TABLE "public"."t04" (
    "c0" DECIMAL[] DEFAULT ARRAY[-1.5]::DECIMAL[],
    "c1" DECIMAL[] DEFAULT ARRAY[100000]::DECIMAL[],
    "c2" DECIMAL[] DEFAULT '{NaN}'::numeric[],
    "c3" DECIMAL[] DEFAULT ARRAY[1]::DECIMAL[],
    "c4" DECIMAL[] DEFAULT ARRAY[0.5]::DECIMAL[],
    "c5" DECIMAL[] DEFAULT ARRAY[1, 2.50]::DECIMAL[],
    "c6" DECIMAL[] DEFAULT ARRAY[0]::DECIMAL[]
);

-- CreateTable
CREATE TABLE "public"."t05" (
    "c0" BOOLEAN[] DEFAULT ARRAY[true, false, true]::BOOLEAN[]
);

-- CreateTable
CREATE TABLE "public"."t06" (
    "c0" JSON[] DEFAULT ARRAY['{}']::JSON[],
    "c1" JSON[] DEFAULT ARRAY['NULL']::JSON[],
    "c2" JSON[] DEFAULT ARRAY['true']::JSON[],
    "c3" JSON[] DEFAULT ARRAY['{"a": 1}']::JSON[],
    "c4" JSON[] DEFAULT ARRAY['{"a": 1}']::JSON[],
    "c5" JSON[] DEFAULT ARRAY['"x"']::JSON[]
);

-- CreateTable
CREATE TABLE "public"."t07" (
    "c0" JSONB[] DEFAULT ARRAY['{"a": 1}']::JSONB[],
    "c1" JSONB[] DEFAULT '{1}'::jsonb[],
    "c2" JSONB[] DEFAULT ARRAY['true']::JSONB[]
);

-- CreateTable
CREATE TABLE "public"."t08" (
    "c0" "public"."C"[] DEFAULT ARRAY['a1']::"public"."C"[],
    "c1" "public"."C"[] DEFAULT ARRAY['a b']::"public"."C"[],
    "c2" "public"."C"[] DEFAULT ARRAY['a-b']::"public"."C"[],
    "c3" "public"."C"[] DEFAULT '{1}'::"C"[]
);

-- CreateTable
CREATE TABLE "public"."t09" (
    "c0" BIGINT DEFAULT (- 5),
    "c1" BIGINT DEFAULT -5,
    "c2" BIGINT DEFAULT (5)::smallint,
    "c3" BIGINT DEFAULT -5,
    "c4" BIGINT DEFAULT (- 5)
);

-- CreateTable
CREATE TABLE "public"."t10" (
    "c0" INTEGER DEFAULT (- (5)::smallint),
    "c1" INTEGER DEFAULT -5,
    "c2" INTEGER DEFAULT (- (5)::smallint)
);

-- CreateTable
CREATE TABLE "public"."t11" (
    "c0" SMALLINT DEFAULT (- 5)
);

-- CreateTable
CREATE TABLE "public"."t12" (
    "c0" DOUBLE PRECISION DEFAULT -5,
    "c1" DOUBLE PRECISION DEFAULT (- (5)::smallint),
    "c2" DOUBLE PRECISION DEFAULT (- (1.5)::real),
    "c3" DOUBLE PRECISION DEFAULT 1,
    "c4" DOUBLE PRECISION DEFAULT 1.50,
    "c5" DOUBLE PRECISION DEFAULT 1.5,
    "c6" DOUBLE PRECISION DEFAULT 1.5,
    "c7" DOUBLE PRECISION DEFAULT 1.500,
    "c8" DOUBLE PRECISION DEFAULT 100000000000000000000,
    "c9" DOUBLE PRECISION DEFAULT 0.00001,
    "c10" DOUBLE PRECISION DEFAULT 1,
    "c11" DOUBLE PRECISION DEFAULT 100,
    "c12" DOUBLE PRECISION DEFAULT 100,
    "c13" DOUBLE PRECISION DEFAULT 12345678.9
);

-- CreateTable
CREATE TABLE "public"."t13" (
    "c0" DECIMAL(20,5) DEFAULT -5,
    "c1" DECIMAL(20,5) DEFAULT 100,
    "c2" DECIMAL(20,5) DEFAULT -1.5,
    "c3" DECIMAL(20,5) DEFAULT -1.50
);

-- CreateTable
CREATE TABLE "public"."t14" (
    "c0" REAL DEFAULT 0.1,
    "c1" REAL DEFAULT 0.1,
    "c2" REAL DEFAULT 16777217
);

-- CreateTable
CREATE TABLE "public"."t15" (
    "c0" MONEY DEFAULT -1,
    "c1" MONEY DEFAULT '$1,000.00'::money,
    "c2" MONEY DEFAULT 1
);

-- CreateTable
CREATE TABLE "public"."t16" (
    "c0" TIMESTAMP(6)[] DEFAULT ARRAY[]::TIMESTAMP(6)[]
);

-- CreateTable
CREATE TABLE "public"."t17" (
    "c0" TIME[] DEFAULT ARRAY[]::TIME[]
);

-- CreateTable
CREATE TABLE "public"."t18" (
    "c0" TIMETZ[] DEFAULT ARRAY[]::TIMETZ[]
);

-- CreateTable
CREATE TABLE "public"."t19" (
    "c0" TIME(0)[] DEFAULT ARRAY[]::TIME(0)[]
);

-- CreateTable
CREATE TABLE "public"."t20" (
    "c0" TIMESTAMPTZ(3)[] DEFAULT ARRAY[]::TIMESTAMPTZ(3)[]
);

-- CreateTable
CREATE TABLE "public"."t21" (
    "c0" CHAR[] DEFAULT ARRAY['a']::CHAR[]
);

-- CreateTable
CREATE TABLE "public"."t22" (
    "c0" BIT(1)[] DEFAULT '{1}'::"bit"[]
);

-- CreateTable
CREATE TABLE "public"."t23" (
    "c0" VARBIT[] DEFAULT '{1}'::bit varying[]
);

-- CreateTable
CREATE TABLE "public"."t24" (
    "c0" DECIMAL(5,0)[] DEFAULT ARRAY[]::DECIMAL(5,0)[]
);
