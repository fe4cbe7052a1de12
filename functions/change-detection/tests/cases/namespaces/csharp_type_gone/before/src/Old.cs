namespace Acme.Clients
{
    public class OldClient
    {
        public void Go() { }
    }
}
