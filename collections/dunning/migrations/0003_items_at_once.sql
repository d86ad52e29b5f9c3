-- The items of a run are written fifty thousand at a time: whether their run is still a proposal
-- is asked once a statement, not once an item.
DROP TRIGGER item_only_into_proposal ON dunning_dunningnoticeitem;
CREATE FUNCTION dunning_items_only_into_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT notice_id FROM added) a
          JOIN dunning_dunningnotice n ON n.id = a.notice_id
          JOIN dunning_dunningrun r ON r.id = n.run_id
         WHERE r.state <> 'proposed'
    ) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'restrict_violation',
            TABLE = TG_TABLE_NAME,
            MESSAGE = 'Nothing is added to a dunning run that was decided on.';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER item_only_into_proposal AFTER INSERT ON dunning_dunningnoticeitem
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION dunning_items_only_into_proposal();

-- reverse
DROP TRIGGER item_only_into_proposal ON dunning_dunningnoticeitem;
DROP FUNCTION dunning_items_only_into_proposal();
CREATE TRIGGER item_only_into_proposal BEFORE INSERT ON dunning_dunningnoticeitem
    FOR EACH ROW EXECUTE FUNCTION dunning_only_into_proposal();
