using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Holdfast.HAProxyParity.Tests.Scenarios;

namespace Holdfast.HAProxyParity.Tests.Actors;

/// <summary>A client: one connection at a time, the next one by <c>connect</c> or <c>ask</c>.</summary>
internal sealed class ClientActor(string name, IReadOnlyList<Step> script, Stage stage) : Actor(name, stage)
{
    private IPAddress _source = IPAddress.Loopback;
    private string _place = "front";
    private Peer? _peer;
    private bool _bodiless;

    public async Task RunAsync()
    {
        foreach (Step step in script)
        {
            await StepAsync(step);
        }
        Doing = "";
    }

    private async Task StepAsync(Step step)
    {
        Doing = $"line {step.Line}: {step.Verb} {step.Argument}";
        switch (step.Verb)
        {
            case "from":
                _source = IPAddress.Parse(step.Argument);
                break;
            case "to":
                _place = step.Argument;
                _peer = null;
                break;
            case "connect":
                _peer = await ConnectAsync();
                break;
            case "tls":
                _peer = await ConnectAsync(step.Argument);
                break;
            case "wait" when _peer is null:
                await Stage.WaitAsync(step.Argument);
                break;
            case "get":
                await GetAsync(step.Argument);
                break;
            case "ask":
                _peer = await ConnectAsync();
                await GetAsync(step.Argument);
                // Gone for the proxy, too, before the next one comes.
                _peer.Shut();
                await _peer.LastAsync(Stage.Cancel);
                _peer.Dispose();
                break;
            case "response":
                await ResponseAsync(_bodiless);
                break;
            default:
                _peer ??= await ConnectAsync();
                if (step.Verb == "send")
                {
                    _bodiless = step.Argument.StartsWith("HEAD ", StringComparison.Ordinal);
                }
                if (!await TryAsync(step, _peer))
                {
                    throw new FormatException($"line {step.Line}: a client knows no '{step.Verb}'");
                }
                break;
        }
    }

    /// <summary>Path and header lines, as in <c>/a|X-B: c</c>; a method before the path is optional.</summary>
    private async Task GetAsync(string argument)
    {
        _peer ??= await ConnectAsync();
        int headers = argument.IndexOf('|', StringComparison.Ordinal);
        string target = headers < 0 ? argument : argument[..headers];
        string request = (target.Contains(' ', StringComparison.Ordinal) ? target : "GET " + target)
            + " HTTP/1.1|Host: a" + (headers < 0 ? "" : argument[headers..]) + "||";
        _bodiless = target.StartsWith("HEAD ", StringComparison.Ordinal);
        await _peer.SendAsync(WireText.Bytes(request), Stage.Cancel);
        await ResponseAsync(_bodiless);
    }

    private Task<string?> ResponseAsync(bool bodiless)
        => (_peer ?? throw new FormatException("a response without a connection"))
            .ReadAsync((text, ended) => MessageReader.Response(text, ended, bodiless), Stage.Cancel);

    private async Task<Peer> ConnectAsync(string? tls = null)
    {
        EndPoint place = Stage.Places[_place];
        bool unix = place is UnixDomainSocketEndPoint;
        var socket = new Socket(place.AddressFamily, SocketType.Stream,
            unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        var peer = new Peer(socket);
        Keep(peer);
        if (!unix)
        {
            socket.Bind(new IPEndPoint(_source, 0));
        }
        try
        {
            await socket.ConnectAsync(place, Stage.Cancel);
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Accepted and reset before this end has seen that it was accepted.
            peer.Fail();
            return peer;
        }
        if (tls is null)
        {
            peer.Start();
            return peer;
        }
        SslStream secured = await HandshakeAsync(peer.Transport(), tls);
        peer.Note($"<{secured.RemoteCertificate?.Subject} {secured.NegotiatedApplicationProtocol}>");
        peer.Start(secured);
        return peer;
    }

    /// <summary>Words: the name that is asked for, or <c>-</c>; then protocols of ALPN.</summary>
    private async Task<SslStream> HandshakeAsync(Stream transport, string words)
    {
        string[] parts = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var stream = new SslStream(transport, leaveInnerStreamOpen: false);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = parts is ["-", ..] or [] ? "" : parts[0],
            // Which one it is, is part of what the client has seen.
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            ApplicationProtocols = [.. parts.Skip(1).Select(static p => new SslApplicationProtocol(p))],
        }, Stage.Cancel);
        return stream;
    }
}
