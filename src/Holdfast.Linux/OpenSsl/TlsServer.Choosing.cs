using System.Runtime.InteropServices;
using System.Text;

namespace Holdfast.Linux.OpenSsl;

/// <summary>Which certificate a client gets.</summary>
public sealed unsafe partial class TlsServer
{
    [UnmanagedCallersOnly]
    private static int OnServerName(void* ssl, int* alert, void* argument) => LibSsl.SSL_TLSEXT_ERR_OK;

    [UnmanagedCallersOnly]
    private static int OnClientHello(void* ssl, int* alert, void* argument)
        => GCHandle.FromIntPtr((nint)argument).Target is TlsServer server && server.Choose(ssl, alert)
            ? LibSsl.SSL_CLIENT_HELLO_SUCCESS : LibSsl.SSL_CLIENT_HELLO_ERROR;

    /// <summary>Chooses the certificate.</summary>
    /// <returns>False: the client is refused.</returns>
    private bool Choose(void* ssl, int* alert)
    {
        const int UnrecognizedName = 112;
        const int HandshakeFailure = 40;
        ClientHelloFacts hello = new(ssl);
        Span<char> name = stackalloc char[TlsNames.NameMax];
        int length = hello.ReadName(name);
        if (_options.Choice is { } choice)
        {
            return Choose(ssl, choice, name[..length]) || Refuse(alert, UnrecognizedName);
        }
        int found = -1;
        if (length > 0)
        {
            found = _names.Find(name[..length], hello.Ability());
        }
        if (found < 0 && _options.IsStrict)
        {
            return Refuse(alert, length > 0 ? UnrecognizedName : HandshakeFailure);
        }
        if (found > 0)
        {
            _entries[found].Take(ssl, _entries[0].Profile);
        }
        return true;
    }

    private bool Choose(void* ssl, TlsChoice choice, ReadOnlySpan<char> name)
    {
        Span<byte> bytes = stackalloc byte[TlsNames.NameMax];
        _ = Encoding.ASCII.TryGetBytes(name, bytes, out int length);
        int found = choice(bytes[..length]);
        if (_entries[found].IsRefused)
        {
            return false;
        }
        if (found > 0)
        {
            _entries[found].Take(ssl, _entries[0].Profile);
            _entries[found].TakeOptions(ssl);
        }
        return true;
    }

    private static bool Refuse(int* alert, int reason)
    {
        *alert = reason;
        return false;
    }
}
