using Acme.Clients;

namespace User;

public class A
{
    private readonly OldClient _client = new();
}
