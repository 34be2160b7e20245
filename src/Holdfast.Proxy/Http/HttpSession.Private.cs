using Holdfast.Http.H1;
using Holdfast.Http.Headers;
using Holdfast.Proxy.Engine;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Upstreams;
using ProxyOptions = Holdfast.Config.HAProxy.Model.ProxyOptions;

namespace Holdfast.Proxy.Http;

/// <summary>A server's connection that no other client may use: it waits here for this one's next request.</summary>
/// <remarks>
/// With <c>http-reuse never</c>, where it was opened in the client's name (its address, a PROXY header), and when its
/// server authenticates connections instead of requests (NTLM, Negotiate).
/// </remarks>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>The first of them, linked; each has its server attached.</summary>
    private Connection? _private;

    /// <summary>Whether the server has authenticated a connection: requests of this client stay with it.</summary>
    private bool _isAuthenticated;

    /// <summary>
    /// The server that has a connection of this client already, and knows it by that, or shall be preferred
    /// (<c>option prefer-last-server</c>); null: none. One that a hash has chosen is not ours to choose.
    /// </summary>
    private Server? PreferredServer()
    {
        BackendProgram program = _backend.Backend.Program;
        if (_private is null || program.Key is not null
            || !(_isAuthenticated || program.Has(ProxyOptions.PreferLastServer)))
        {
            return null;
        }
        Server? first = null;
        for (Connection? one = _private; one is not null; one = one.Link)
        {
            // The last one of the list is the one that was opened first.
            first = one.Attachment is Server { IsUsable: true } server && server.Backend == _backend.Backend
                && (_isAuthenticated || MayWaitFor(server, program.KeepAliveQueueMax)) ? server : first;
        }
        return first;
    }

    private bool MayWaitFor(Server server, int most)
        => most < 0 || server.Balanced.Queued < most || _backend.Backend.Pool.HasRoom(server.Balanced, _backend.Now);

    private bool IsPrivate(Server server) => _isAuthenticated || server.Options.Share.NeedsEnds
        || _backend.Backend.Options.Reuse == HttpReuse.Never;

    /// <summary>Keeps the connection of the present request for the client's next one.</summary>
    private void KeepPrivate(Server server, Connection connection)
    {
        int count = 0;
        for (Connection? one = _private; one is not null; one = one.Link)
        {
            count++;
        }
        if (!server.IsUsable || count >= _frontend.Program.SessionConnectionsMax)
        {
            server.Leave();
            _loop.Transport.Close(connection, isReset: false);
            return;
        }
        connection.Attachment = server;
        connection.Link = _private;
        _private = connection;
        connection.SetTimeout(_backend.Backend.Options.IdleTimeoutMilliseconds);
        _loop.Transport.Receive(connection); // so that one that its server closes goes at once
    }

    /// <summary>The client's own connection to a server; null: there is none.</summary>
    private Connection? TakePrivate(Server server, ulong name)
    {
        for (Connection? one = _private; one is not null; one = one.Link)
        {
            if (one.Attachment == server && one.Upstream.NameHash == name)
            {
                Unlink(one);
                return one;
            }
        }
        return null;
    }

    /// <summary>One of them has ended, or has said something that nobody has asked for.</summary>
    private void DropPrivate(Connection connection)
    {
        Unlink(connection);
        ((Server)connection.Attachment!).Leave();
        _loop.Transport.Close(connection, isReset: false);
    }

    private void DropPrivates()
    {
        while (_private is { } connection)
        {
            DropPrivate(connection);
        }
    }

    private void Unlink(Connection connection)
    {
        if (_private == connection)
        {
            _private = connection.Link;
        }
        for (Connection? one = _private; one is not null; one = one.Link)
        {
            if (one.Link == connection)
            {
                one.Link = connection.Link;
            }
        }
        connection.Link = null;
    }

    /// <summary>Looks whether a server that wants credentials will know this connection by them.</summary>
    private void SeeAuthentication(HeadView response)
    {
        ReadOnlySpan<byte> name = response.Head.Status == 401 ? "www-authenticate"u8 : "proxy-authenticate"u8;
        for (int at = response.Find(name); at >= 0; at = response.Find(name, at))
        {
            ValueList schemes = new(response.ValueAt(at));
            while (schemes.MoveNext())
            {
                // Negotiate, and Nego2 of old.
                _isAuthenticated |= BeginsWith(schemes.Current, "NTLM"u8) || BeginsWith(schemes.Current, "Nego"u8);
            }
        }
    }

    private static bool BeginsWith(ReadOnlySpan<byte> value, ReadOnlySpan<byte> word)
        => value.Length >= word.Length && HttpText.EqualsIgnoreCase(value[..word.Length], word);
}
