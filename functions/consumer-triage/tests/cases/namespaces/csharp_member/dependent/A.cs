using Acme.Clients;

public class A
{
    public void F(Client client, Thing thing)
    {
        client.Drop();
        thing.Drop();
    }
}
