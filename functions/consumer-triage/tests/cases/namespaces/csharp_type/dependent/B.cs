using Other.Clients;

public class B
{
    private OldClient _client;
    private Acme.Clients.OldClient _other;
}
