using System.Net;
using System.Net.Sockets;
using Holdfast.HAProxyParity.Tests.Scenarios;

namespace Holdfast.HAProxyParity.Tests.Actors;

/// <summary>
/// A server. <c>accept</c> begins the script of its next connection; connections without a script, and those whose
/// script is over, answer every request with what <c>always</c> says, or with the server's name.
/// </summary>
internal sealed class ServerActor : Actor
{
    private readonly Socket _listener;
    private readonly List<List<Step>> _connections = [];
    private readonly List<Task> _scripted = [];
    private readonly TaskCompletionSource _allAccepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _refuses;
    private readonly string _answer;
    private readonly string _answerToHead;

    public ServerActor(string name, IReadOnlyList<Step> script, EndPoint place, Stage stage)
        : base(name, stage)
    {
        string length = "HTTP/1.1 200 OK|Content-Length: " + name.Length + "||";
        _answerToHead = length;
        _answer = length + name;
        foreach (Step step in script)
        {
            switch (step.Verb)
            {
                case "refuse":
                    _refuses = true;
                    break;
                case "always":
                    _answer = step.Argument;
                    _answerToHead = step.Argument.Split("||")[0] + "||";
                    break;
                case "accept":
                    _connections.Add([]);
                    break;
                default:
                    _connections[^1].Add(step);
                    break;
            }
        }
        bool unix = place is UnixDomainSocketEndPoint;
        _listener = new Socket(place.AddressFamily, SocketType.Stream,
            unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        // Its port may have been another scenario's a moment ago.
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, !unix);
        _listener.Bind(place);
        if (!_refuses)
        {
            _listener.Listen(64);
        }
        if (_connections.Count == 0)
        {
            _allAccepted.SetResult();
        }
    }

    /// <summary>Accepts until it is disposed of.</summary>
    public void Start()
    {
        if (!_refuses)
        {
            _ = AcceptAsync();
        }
    }

    /// <summary>Waits until every connection that has a script has come, and its script is over.</summary>
    public async Task FinishAsync()
    {
        await _allAccepted.Task.WaitAsync(Stage.Cancel);
        await Task.WhenAll(_scripted);
        Doing = "";
    }

    public override void Dispose()
    {
        _listener.Dispose();
        base.Dispose();
    }

    private async Task AcceptAsync()
    {
        Doing = "waiting for a connection";
        try
        {
            for (int number = 0; ; number++)
            {
                var peer = new Peer(await _listener.AcceptAsync());
                Keep(peer);
                peer.Start();
                if (number < _connections.Count)
                {
                    _scripted.Add(RunAsync(_connections[number], peer));
                }
                else
                {
                    _ = ServeAsync(peer);
                }
                if (number == _connections.Count - 1)
                {
                    _allAccepted.SetResult();
                }
            }
        }
        catch (SocketException)
        {
            // Disposed of.
        }
        catch (ObjectDisposedException)
        {
            // Likewise.
        }
    }

    private async Task RunAsync(List<Step> script, Peer peer)
    {
        foreach (Step step in script)
        {
            switch (step.Verb)
            {
                case "request":
                    await RequestAsync(peer);
                    break;
                case "answer":
                    await RequestAsync(peer);
                    await peer.SendAsync(WireText.Bytes(step.Argument), Stage.Cancel);
                    break;
                case "stall":
                    return;
                default:
                    if (!await TryAsync(step, peer))
                    {
                        throw new FormatException($"line {step.Line}: a server knows no '{step.Verb}'");
                    }
                    break;
            }
        }
        if (script is [.., { Verb: "end" }])
        {
            // As a server does to whose peer there is nothing more to say.
            peer.Dispose();
        }
        else if (script is not [.., { Verb: "close" or "reset" }])
        {
            _ = ServeAsync(peer);
        }
    }

    private Task<string?> RequestAsync(Peer peer)
        => peer.ReadAsync(static (text, _) => MessageReader.Request(text), Stage.Cancel);

    private async Task ServeAsync(Peer peer)
    {
        try
        {
            while (await RequestAsync(peer) is { } request)
            {
                string answer = request.StartsWith("HEAD ", StringComparison.Ordinal) ? _answerToHead : _answer;
                await peer.SendAsync(WireText.Bytes(answer), Stage.Cancel);
                if (answer.Contains("|connection: close|", StringComparison.OrdinalIgnoreCase))
                {
                    peer.Dispose();
                    return;
                }
            }
            // It has said that nothing more comes, as a server that ends does.
            peer.Shut();
        }
        catch (OperationCanceledException)
        {
            // The scenario is over.
        }
        catch (ObjectDisposedException)
        {
            // Likewise.
        }
    }
}
