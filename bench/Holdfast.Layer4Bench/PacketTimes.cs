using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Layer4.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Bpf;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4Bench;

/// <summary>Nanoseconds that the kernel spends on a packet, by its own statistics of programs.</summary>
/// <remarks>
/// Every run gets a fresh frame, of one flow after the other. The rows of a round come one after the other, so that all
/// of them have the machine as it is at the time.
/// </remarks>
internal sealed class PacketTimes : IDisposable
{
    private const int Flows = 10_000;
    private const uint Address = 0x0A000002;
    private const ushort Port = 80;

    private const int WarmRuns = 250;
    private const int WarmCalls = 20;

    private readonly List<Row> _rows = [];
    private readonly List<string> _refused = [];
    private readonly List<IDisposable> _owned = [];
    private readonly FdHandle _counting;
    private int _newFlow = Flows;

    /// <summary>Loads all programs and fills their tables.</summary>
    /// <param name="floorObject">Path of the compiled floor.bpf.c.</param>
    internal PacketTimes(string floorObject)
    {
        LinuxException.ThrowIf(ProgramStatistics.TryEnable(out FdHandle? counting), "count the time of BPF programs");
        _counting = counting!;
        AddFloor(floorObject);
        foreach (string method in BenchDirector.Methods)
        {
            VirtualServiceKey service = VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.V4(Address), Port);
            NetlinkResult result = BenchDirector.TryMake(service, method, 10, "mh", out BenchDirector? director);
            if (director is null)
            {
                _refused.Add($"{method}: {result}");
                continue;
            }
            _owned.Add(director);
            for (int flow = 0; flow < Flows; flow++)
            {
                _ = director.Run(FlowFrame.Make(flow, Address, Port, FlowFrame.Syn));
                _ = director.Run(FlowFrame.Make(flow, Address, Port, FlowFrame.Ack));
            }
            _rows.Add(new($"{method}, known connection", director.Program, Flow.Known));
            _rows.Add(new($"{method}, SYN and ACK of a new connection, each", director.Program, Flow.Beginning));
            _rows.Add(new($"{method}, SYN of a flood", director.Program, Flow.Flood));
            if (method == "dr")
            {
                _rows.Add(new("dr, known connection, warm", director.Program, Flow.Known) { Repeat = WarmRuns });
                _rows.Add(new("another port, to the stack", director.Program, Flow.Known) { Port = 81 });
            }
        }
    }

    /// <summary>Whether a known connection costs at most twice the floor, with every method.</summary>
    internal bool MeetsAim => _rows.All(row => !row.Title.Contains("known connection", StringComparison.Ordinal)
        || row.Median <= 2 * FloorOf(row).Median);

    private Row FloorOf(Row row) => _rows[row.Repeat == 1 ? 0 : 1];

    /// <summary>Measures.</summary>
    /// <param name="rounds">How often each row has its turn.</param>
    /// <param name="packets">Of each turn.</param>
    internal void Measure(int rounds, int packets)
    {
        for (int round = 0; round < rounds; round++)
        {
            foreach (Row row in _rows)
            {
                row.Rounds.Add(MeasureOnce(row, packets));
            }
        }
    }

    /// <summary>A table of all rows.</summary>
    internal string Markdown()
    {
        var text = new StringBuilder("| Program, packet | ns a packet, median | least | of the floor |\n");
        text.Append("| --- | ---: | ---: | ---: |\n");
        foreach (Row row in _rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Title} | {row.Median:F0} | {row.Rounds.Min():F0} | ")
                .Append(CultureInfo.InvariantCulture, $"{row.Median / FloorOf(row).Median:F2} |\n");
        }
        _refused.ForEach(refused => text.Append(CultureInfo.InvariantCulture, $"\nNot measured: {refused}\n"));
        return text.ToString();
    }

    public void Dispose()
    {
        _owned.ForEach(static owned => owned.Dispose());
        _counting.Dispose();
    }

    private double MeasureOnce(Row row, int packets)
    {
        ProgramStatistics before = ProgramStatistics.Of(row.Program);
        // A call with repetitions waits for all processors before and after.
        int calls = row.Repeat == 1 ? packets : WarmCalls;
        for (int i = 0; i < calls; i++)
        {
            byte ttl = row.Repeat == 1 ? (byte)64 : byte.MaxValue;
            (int flow, byte flags) = row.Flow switch
            {
                Flow.Flood => (_newFlow++, FlowFrame.Syn),
                Flow.Beginning when i % 2 == 0 => (_newFlow++, FlowFrame.Syn),
                Flow.Beginning => (_newFlow - 1, FlowFrame.Ack),
                _ => (i % Flows, FlowFrame.Ack),
            };
            Errno errno = XdpTestRun.TryRun(row.Program, FlowFrame.Make(flow, Address, row.Port, flags, ttl), 1,
                row.Repeat, out _, out _, out _);
            LinuxException.ThrowIf(errno, "run a program");
        }
        ProgramStatistics after = ProgramStatistics.Of(row.Program);
        return (double)(after.Nanoseconds - before.Nanoseconds) / (after.Runs - before.Runs);
    }

    private void AddFloor(string path)
    {
        Errno errno = BpfObject.TryLoad(
            File.ReadAllBytes(path), new() { Program = "least" }, out BpfObject? floor, out string? problem);
        LinuxException.ThrowIf(errno, $"load the floor: {problem}");
        _owned.Add(floor!);
        ulong one = 1;
        for (int flow = 0; flow < Flows; flow++)
        {
            byte[] frame = FlowFrame.Make(flow, Address, Port, FlowFrame.Ack);
            byte[] key = [.. frame[26..34], .. frame[34..38], 6, 0, 0, 0];
            LinuxException.ThrowIf(
                floor!["entries"].Set(key, MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in one))), "fill the floor");
        }
        _rows.Add(new("the floor", floor!.Program, Flow.Known));
        _rows.Add(new("the floor, warm", floor.Program, Flow.Known) { Repeat = WarmRuns });
    }

    private enum Flow
    {
        Known,

        /// <summary>Each connection has its first two packets.</summary>
        Beginning,

        /// <summary>Each has its first packet only: once the table of those is full, another has to go for it.
        /// </summary>
        Flood,
    }

    private sealed record Row(string Title, FdHandle Program, Flow Flow)
    {
        internal ushort Port { get; init; } = PacketTimes.Port;

        /// <summary>How often the same frame goes through in one call; the director takes 1 from its TTL each time.
        /// </summary>
        internal int Repeat { get; init; } = 1;

        internal List<double> Rounds { get; } = [];

        internal double Median => Rounds.Order().ElementAt(Rounds.Count / 2);
    }
}
