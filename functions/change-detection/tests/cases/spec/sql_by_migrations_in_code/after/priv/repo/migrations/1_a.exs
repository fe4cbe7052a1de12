defmodule A do
  def change do
    alter table(:widget_parts) do
      remove :part_code
    end
  end
end
