class A < ActiveRecord::Migration[7.0]
  def up
    rename_table :old_orders, :new_orders
    remove_column :customers, :mail_address
  end

  def down
    drop_table :customers
  end
end
