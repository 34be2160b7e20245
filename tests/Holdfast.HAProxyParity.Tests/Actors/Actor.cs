using Holdfast.HAProxyParity.Tests.Scenarios;

namespace Holdfast.HAProxyParity.Tests.Actors;

/// <summary>What clients and servers do alike.</summary>
internal abstract class Actor(string name, Stage stage) : IDisposable
{
    private readonly List<Peer> _peers = [];

    public string Name => name;

    /// <summary>Its connections, in the order in which they were made.</summary>
    public IReadOnlyList<Peer> Peers
    {
        get
        {
            lock (_peers)
            {
                return [.. _peers];
            }
        }
    }

    /// <summary>The step that is being done, for who wants to know where a scenario hangs.</summary>
    public string Doing { get; protected set; } = "";

    protected Stage Stage => stage;

    public virtual void Dispose()
    {
        foreach (Peer peer in Peers)
        {
            peer.Dispose();
        }
    }

    protected void Keep(Peer peer)
    {
        lock (_peers)
        {
            _peers.Add(peer);
        }
    }

    /// <summary>A step that needs a connection.</summary>
    /// <returns>False when there is no such step.</returns>
    protected async Task<bool> TryAsync(Step step, Peer peer)
    {
        Doing = $"line {step.Line}: {step.Verb} {step.Argument}";
        switch (step.Verb)
        {
            case "send":
                await peer.SendAsync(WireText.Bytes(step.Argument), Stage.Cancel);
                break;
            case "read":
                string wanted = System.Text.Encoding.Latin1.GetString(WireText.Bytes(step.Argument));
                await peer.ReadAsync((text, _) => text.IndexOf(wanted, StringComparison.Ordinal) is var at and >= 0
                    ? at + wanted.Length : -1, Stage.Cancel);
                break;
            case "bytes":
                int count = int.Parse(step.Argument, System.Globalization.CultureInfo.InvariantCulture);
                await peer.ReadAsync((text, _) => text.Length >= count ? count : -1, Stage.Cancel);
                break;
            case "head":
                await peer.ReadAsync(static (text, _) => MessageReader.Head(text), Stage.Cancel);
                break;
            case "end":
                await peer.EndAsync(Stage.Cancel);
                break;
            case "shut":
                peer.Shut();
                break;
            case "reset":
                peer.Reset();
                break;
            case "close":
                peer.Dispose();
                break;
            case "signal":
                Stage.Signal(step.Argument);
                break;
            case "wait":
                await Stage.WaitAsync(step.Argument);
                break;
            default:
                return false;
        }
        return true;
    }
}
