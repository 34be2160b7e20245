using System.Net.Sockets;
using System.Text;

namespace Holdfast.Web.Tests.Streams;

/// <summary>A server that answers its name and what it got; at "quit" it closes.</summary>
internal sealed class StreamOrigin : IDisposable
{
    private readonly Socket _listener;
    private readonly string _prefix;

    /// <summary>Listens at a Unix socket.</summary>
    internal StreamOrigin(string path, string prefix = "E:")
    {
        _prefix = prefix;
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(64);
        _ = Accept();
    }

    public void Dispose() => _listener.Dispose();

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Serve(await _listener.AcceptAsync());
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Serve(Socket client)
    {
        using (client)
        {
            byte[] buffer = new byte[65_536];
            try
            {
                for (int count; (count = await client.ReceiveAsync(buffer)) > 0;)
                {
                    string text = Encoding.Latin1.GetString(buffer, 0, count);
                    await client.SendAsync(Encoding.Latin1.GetBytes(_prefix + text));
                    if (text == "quit")
                    {
                        return;
                    }
                }
            }
            catch (SocketException)
            {
                // The other side has gone.
            }
        }
    }
}
