namespace Acme.Clients;

public class Client
{
    public void Send(string to) { }
}
