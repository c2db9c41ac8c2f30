-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "public"."chi" (
    "id" INTEGER NOT NULL,
    "v" TEXT,
    "w" INTEGER
);

-- CreateTable
CREATE TABLE "public"."nocols" (

);

-- CreateTable
CREATE TABLE "public"."onetoone" (
    "id" INTEGER NOT NULL,
    "ex" INTEGER,

    CONSTRAINT "onetoone_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "public"."par" (
    "id" INTEGER NOT NULL,
    "v" TEXT,

    CONSTRAINT "par_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "public"."r" (
    "a" INTEGER,
    "b" INTEGER
);

-- CreateTable
CREATE TABLE "public"."s" (
    "a" INTEGER,
    "b" INTEGER
);

-- CreateTable
CREATE TABLE "public"."t" (
    "id" INTEGER NOT NULL,
    "k" INTEGER NOT NULL,

    CONSTRAINT "t_pk" PRIMARY KEY ("id","k")
);

-- CreateTable
CREATE TABLE "public"."t2" (
    "id" INTEGER NOT NULL,
    "k" INTEGER NOT NULL,

    CONSTRAINT "t2_pkey" PRIMARY KEY ("id","k")
);

-- CreateIndex
CREATE UNIQUE INDEX "par_v_key" ON "public"."par"("v" ASC);

-- CreateIndex
CREATE INDEX "t_i" ON "public"."t"("k" ASC);

-- CreateIndex
CREATE INDEX "t2_k_idx" ON "public"."t2"("k" ASC);

-- AddForeignKey
ALTER TABLE "public"."onetoone" ADD CONSTRAINT "onetoone_id_fkey" FOREIGN KEY ("id") REFERENCES "public"."par"("id") ON DELETE SET DEFAULT ON UPDATE SET NULL;

-- AddForeignKey
ALTER TABLE "public"."r" ADD CONSTRAINT "r_a_b_fkey1" FOREIGN KEY ("a", "b") REFERENCES "public"."t2"("id", "k") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "public"."r" ADD CONSTRAINT "r_fk" FOREIGN KEY ("a", "b") REFERENCES "public"."t"("id", "k") ON DELETE CASCADE ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "public"."t" ADD CONSTRAINT "t_id_k_fkey1" FOREIGN KEY ("id", "k") REFERENCES "public"."t2"("id", "k") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "public"."t" ADD CONSTRAINT "t_self" FOREIGN KEY ("id", "k") REFERENCES "public"."t"("id", "k") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "public"."t2" ADD CONSTRAINT "t_self" FOREIGN KEY ("id", "k") REFERENCES "public"."t"("id", "k") ON DELETE NO ACTION ON UPDATE NO ACTION;
