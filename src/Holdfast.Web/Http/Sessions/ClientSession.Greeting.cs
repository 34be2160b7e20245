using System.Text;
using Holdfast.Http.ProxyProtocol;
using Holdfast.Linux.Memory;
using Holdfast.Nginx.Streams;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Tls;
using Holdfast.Web.Http.Places;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Http.Sessions;

/// <summary>What comes before the first request: the PROXY header, TLS.</summary>
internal sealed partial class ClientSession
{
    private const byte HandshakeRecord = 0x16;
    private const byte OldHello = 0x80; // of SSL 2: the first bit

    /// <summary>Whether the connection is encrypted.</summary>
    internal bool IsTls { get; private set; }

    /// <summary>Whether a request comes plainly where TLS is spoken.</summary>
    internal bool IsPlainByMistake => Address.Tls is not null && !IsTls;

    /// <summary>The server that TLS has chosen by the name that was asked for; null: none.</summary>
    internal SiteProgram? Named { get; private set; }

    /// <summary>What holds before the name in a request is known.</summary>
    internal SiteProgram Default => Named ?? Address.Default;

    /// <summary>What the PROXY header has said; null: nothing.</summary>
    internal AnnouncedPair? Announced { get; private set; }

    private void BeginGreeting(Connection client)
    {
        IsTls = false;
        Named = null;
        Announced = null;
        Phase = Address.HasProxyProtocol ? ClientPhase.Header
            : Address.Tls is not null ? ClientPhase.Greeting : ClientPhase.Waiting;
        client.SetTimeout(Address.Default.HeadTimeout);
        _loop.Receive(client);
    }

    private void Greet(Connection client)
    {
        if (_phase == ClientPhase.Header)
        {
            if (!TryReadHeader(client))
            {
                return;
            }
            Phase = Address.Tls is not null ? ClientPhase.Greeting : ClientPhase.Waiting;
            client.SetTimeout(Address.Default.HeadTimeout);
        }
        if (_phase == ClientPhase.Greeting)
        {
            if (!_input.HasBytes)
            {
                _loop.Receive(client);
                return;
            }
            if (_input.Bytes(_pool)[0] is HandshakeRecord or >= OldHello)
            {
                BeginHandshake(client);
                return;
            }
            Phase = ClientPhase.Waiting;
        }
    }

    private bool TryReadHeader(Connection client)
    {
        ReadOnlySpan<byte> bytes = _input.Bytes(_pool);
        ProxyResult result = ProxyHeaderParser.Parse(bytes, out ProxyHeader header);
        if (!result.IsComplete)
        {
            if (result.Error != ProxyError.None || _input.IsFull)
            {
                Report(ErrorLevel.Error,
                    $"broken header: \"{Encoding.Latin1.GetString(bytes)}\" while reading PROXY protocol");
                Close(isReset: false);
                return false;
            }
            _loop.Receive(client);
            return false;
        }
        if (header.HasAddresses)
        {
            Announced = new AnnouncedPair(header.Source, header.SourcePort, header.Destination,
                header.DestinationPort, bytes[header.Extensions].ToArray());
        }
        client.ReceivedBytes -= result.Consumed;
        _input.Consume(_pool, result.Consumed);
        return true;
    }

    private void BeginHandshake(Connection client)
    {
        Phase = ClientPhase.Handshake;
        // What has come is read again, by what reads TLS.
        BufferPart first = _input.Take();
        if (_input.HasBytes)
        {
            client.Unread(_input.Take());
        }
        client.Unread(first);
        if (!TlsLayer.TryAccept(_loop.State, client, Address.Tls!.Server))
        {
            Close(isReset: false);
        }
    }

    private void OnHandshake(Connection client)
    {
        if (_phase != ClientPhase.Handshake || client.Layer is not TlsLayer layer)
        {
            return;
        }
        IsTls = true;
        Named = Address.Tls!.Find(layer.Tls.ServerName);
        Phase = ClientPhase.Waiting;
        client.SetTimeout(Default.HeadTimeout);
    }

    private void RefuseGreeting(Connection client)
    {
        if (_phase == ClientPhase.Handshake)
        {
            var layer = client.Layer as TlsLayer;
            Report(ErrorLevel.Info, layer?.HandshakeError is TlsHandshakeError.ClosedSilently
                ? "peer closed connection in SSL handshake while SSL handshaking"
                : $"SSL_do_handshake() failed ({layer?.Tls.ErrorText}) while SSL handshaking");
        }
        Close(isReset: false);
    }

    /// <summary>Writes to the error log of the address, before there is a request.</summary>
    private void Report(ErrorLevel level, string message)
    {
        ErrorSink errors = ((PlaceProgram)Address.Default.Site.Place.Program!).Errors;
        if (errors.Wants(level))
        {
            Span<byte> text = stackalloc byte[64];
            int length = AddressText.Write(PeerAddress, text);
            errors.Write(level, $"{message}, client: {Encoding.ASCII.GetString(text[..length])}", Number);
        }
    }
}
