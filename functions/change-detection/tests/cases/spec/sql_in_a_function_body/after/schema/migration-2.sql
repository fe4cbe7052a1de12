CREATE FUNCTION migrate() RETURNS void AS $$
BEGIN
  EXECUTE 'ALTER TABLE "pots" RENAME COLUMN "deposits" TO "deposits_stake"';
  EXECUTE 'ALTER TABLE "instant_reward" RENAME TO "reward_rest"';
END ;
$$ LANGUAGE plpgsql ;

SELECT migrate() ;
