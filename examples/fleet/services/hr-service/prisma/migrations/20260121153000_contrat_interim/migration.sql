-- AlterEnum
ALTER TYPE "TypeContrat" ADD VALUE 'INTERIM';
