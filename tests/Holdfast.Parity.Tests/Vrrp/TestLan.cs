using Holdfast.Lab;
using Holdfast.Primitives;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Two routers a and b, and a client, on one segment, with a tap. Addresses end in 11, 12 and 13.</summary>
internal sealed class TestLan : IDisposable
{
    internal const string VipText = "192.168.1.100";
    internal const string Vip6Text = "fd00::100";

    private readonly Lab.Lab _lab = Lab.Lab.Create();
    private readonly List<Router> _routers = [];

    internal TestLan()
    {
        Segment = _lab.AddSegment();
        A = Add("a", 11);
        B = Add("b", 12);
        Client = Add("client", 13);
        Tap = AdvertTap.Open(Segment);
    }

    internal static IpAddress Vip { get; } = Parse(VipText);

    internal static IpAddress Vip6 { get; } = Parse(Vip6Text);

    internal LabSegment Segment { get; }

    internal LabNode A { get; }

    internal LabNode B { get; }

    /// <summary>The third node; a router too where three are wanted.</summary>
    internal LabNode Client { get; }

    internal AdvertTap Tap { get; }

    internal static IpAddress Parse(string text)
        => IpAddress.TryParse(text, out IpAddress address) ? address : throw new FormatException(text);

    /// <summary>Starts a router with the usual global block before its configuration.</summary>
    internal Router Start(LabNode node, Maker maker, string config, int number = 0, string? option = null)
        => StartAsIs(node, maker, InstanceText.Global + config, number, option: option);

    internal Router Start(LabNode node, Maker maker, InstanceText instance) => Start(node, maker, instance.ToString());

    internal Router StartAsIs(
        LabNode node, Maker maker, string config, int number = 0, IReadOnlyList<string>? environment = null,
        string? option = null)
    {
        string program = maker == Maker.Original ? Programs.Original : Programs.Keepalived;
        var router = new Router(node, maker, node.StartKeepalived(
            program, config, number, environment: environment, option: option));
        _routers.Add(router);
        return router;
    }

    /// <summary>Gives each node an eth1 in 10.0.0.0/24.</summary>
    internal void AddSecondSegment()
    {
        LabSegment second = _lab.AddSegment();
        foreach (LabNode node in _lab.Nodes)
        {
            _ = second.Attach(node, $"10.0.0.{10 + node.Number}/24", $"fd10::{10 + node.Number}/64");
        }
    }

    /// <summary>Pings an address each 5 ms; a reply may take a second.</summary>
    internal PingMeter Ping(IpAddress address) => PingMeter.Start(Segment.LinkOf(Client), new PingOptions
    {
        Target = address,
        Interval = TimeSpan.FromMilliseconds(5),
        ReplyMax = TimeSpan.FromSeconds(1),
    });

    /// <summary>Waits until the client's pings are answered by a node.</summary>
    internal static void WaitAnswer(PingMeter pings, LabNode node)
        => Patience.Until(() => pings.LastResponder == node, $"{node.Name} answers");

    internal static void WaitAddress(LabNode node, IpAddress address, bool present = true)
        => Patience.Until(() => node.HasAddress(address) == present,
            $"{address} is {(present ? "" : "not ")}on {node.Name}");

    /// <summary>The adverts since a count of the tap, of one node or of all.</summary>
    internal TapFrame[] Adverts(int first = 0, LabNode? node = null, int vrid = 51)
        => [.. Tap.Frames.Skip(first).Where(frame => frame.Kind == TapKind.Advert && frame.Vrid == vrid
            && (node is null || frame.Node == node))];

    /// <summary>Waits until a node has sent an advert since a count of the tap; all adverts since then.</summary>
    internal TapFrame[] AdvertsUntil(LabNode node, int first)
    {
        WaitFrame(frame => frame.Kind == TapKind.Advert && frame.Node == node && frame.Priority > 0, first);
        return Adverts(first);
    }

    /// <summary>Waits for a number of further adverts of a node.</summary>
    internal void WaitAdverts(LabNode node, int count, int vrid = 51)
    {
        int left = count;
        WaitFrame(frame => frame.Kind == TapKind.Advert && frame.Node == node && frame.Priority > 0
            && frame.Vrid == vrid && --left == 0, Tap.Count);
    }

    /// <summary>Waits for a frame; a failure shows all logs.</summary>
    internal void WaitFrame(Func<TapFrame, bool> predicate, int first = 0)
    {
        try
        {
            _ = Tap.WaitFor(predicate, Patience.Limit, first);
        }
        catch (LabTimeoutException e)
        {
            throw new LabTimeoutException($"{e.Message}\n{this}");
        }
    }

    /// <summary>The client's neighbour entry of an address, as Ethernet address; null while there is none.</summary>
    internal string? NeighborMac(string address)
    {
        string[] words = Client.Execute("ip", "neigh", "show", address).Output.Split(' ');
        int at = Array.IndexOf(words, "lladdr");
        return at < 0 ? null : words[at + 1];
    }

    public void Dispose()
    {
        Tap.Dispose();
        _lab.Dispose();
    }

    /// <summary>All logs, for a message of failure.</summary>
    public override string ToString()
        => string.Join("\n", _routers.Select(r => $"== {r.Node.Name} {r.Maker}\n{r.Process.Output}"));

    private LabNode Add(string name, int last)
    {
        LabNode node = _lab.AddNode(name);
        _ = Segment.Attach(node, $"192.168.1.{last}/24", $"fd00::{last}/64");
        return node;
    }
}
