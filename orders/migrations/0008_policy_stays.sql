-- When an order is invoiced is agreed with it: its billing follows from that, ahead or after.
CREATE TRIGGER order_policy_stays BEFORE UPDATE OF billing_policy ON orders_order
    FOR EACH ROW WHEN (OLD.state <> 'draft' AND NEW.billing_policy <> OLD.billing_policy)
    EXECUTE FUNCTION o2c_refuse_change();

-- reverse
DROP TRIGGER order_policy_stays ON orders_order;
