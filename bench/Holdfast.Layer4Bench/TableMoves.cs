using System.Globalization;
using System.Text;
using Holdfast.Layer4.Xdp;
using Holdfast.Primitives;

namespace Holdfast.Layer4Bench;

/// <summary>With mh and ten servers: how many flows of the others move when one is removed.</summary>
internal static class TableMoves
{
    private const int Servers = 10;
    private const int Clients = 200_000;

    /// <summary>Measures both table sizes.</summary>
    /// <param name="isGood">Whether the aims are met.</param>
    internal static string Measure(out bool isGood)
    {
        isGood = true;
        var text = new StringBuilder("| Table size | others moved, mean of ten removals | most | aim |\n");
        text.Append("| ---: | ---: | ---: | ---: |\n");
        foreach ((int size, double aim) in ((int, double)[])[(4093, 1.5), (65537, 0.5)])
        {
            double[] moved = [.. Enumerable.Range(0, Servers).Select(removed => Share(size, removed))];
            isGood &= moved.Max() <= aim;
            text.Append(CultureInfo.InvariantCulture,
                $"| {size} | {moved.Average():F2} % | {moved.Max():F2} % | {aim:F1} % |\n");
        }
        return text.ToString();
    }

    private static double Share(int size, int removed)
    {
        MaglevServer[] before = [.. Enumerable.Range(1, Servers).Select(static number
            => new MaglevServer(BenchDirector.ServerOf(number), 80, 1))];
        MaglevServer[] after = [.. before.Where((_, place) => place != removed)];
        ushort[] first = new ushort[size];
        ushort[] second = new ushort[size];
        MaglevTable.Fill(before, first);
        MaglevTable.Fill(after, second);
        int others = 0;
        int moved = 0;
        for (int flow = 0; flow < Clients; flow++)
        {
            uint hash = MaglevTable.ClientHash(IpAddress.V4(FlowFrame.ClientOf(flow)), FlowFrame.PortOf(flow));
            int server = first[hash % (uint)size];
            if (server != removed)
            {
                others++;
                moved += before[server] == after[second[hash % (uint)size]] ? 0 : 1;
            }
        }
        return 100.0 * moved / others;
    }
}
