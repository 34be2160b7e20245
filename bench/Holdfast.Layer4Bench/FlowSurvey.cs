using System.Globalization;
using System.Text;
using Holdfast.Layer4.Model;
using Holdfast.Linux.Netlink;
using Holdfast.Primitives;

namespace Holdfast.Layer4Bench;

/// <summary>200,000 connections while servers die, return and change their weight: each keeps its server, and only
/// those of the dead one are lost.</summary>
internal static class FlowSurvey
{
    private const int Flows = 200_000;
    private const int Servers = 10;
    private const uint Address = 0x0A000002;
    private const ushort Port = 80;
    private const int Dead = 3;

    /// <summary>Runs it with every method and two schedulers.</summary>
    /// <param name="isGood">Whether nothing was wrong or lost.</param>
    internal static string Run(out bool isGood)
    {
        isGood = true;
        var text = new StringBuilder(
            "| Method, scheduler | connections | checks | of the dead server | wrong | lost |\n");
        text.Append("| --- | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (string method in BenchDirector.Methods)
        {
            foreach (string scheduler in (string[])["mh", "wlc"])
            {
                VirtualServiceKey service = VirtualServiceKey.At(ServiceProtocol.Tcp, IpAddress.V4(Address), Port);
                NetlinkResult result = BenchDirector.TryMake(
                    service, method, Servers, scheduler, out BenchDirector? director);
                if (director is null)
                {
                    text.Append(CultureInfo.InvariantCulture, $"| {method}, {scheduler} | {result} | | | | |\n");
                    continue;
                }
                using BenchDirector owned = director;
                Tally tally = Survey(director);
                isGood &= tally is { Wrong: 0, Lost: 0 };
                text.Append(CultureInfo.InvariantCulture, $"| {method}, {scheduler} | {Flows} | {tally.Checks} | ")
                    .Append(CultureInfo.InvariantCulture, $"{tally.OfDead} | {tally.Wrong} | {tally.Lost} |\n");
            }
        }
        return text.ToString();
    }

    private static Tally Survey(BenchDirector director)
    {
        var tally = new Tally();
        int[] servers = new int[Flows];
        for (int flow = 0; flow < Flows; flow++)
        {
            servers[flow] = director.Run(FlowFrame.Make(flow, Address, Port, FlowFrame.Syn));
            Check(flow, servers[flow], mayBeLost: false);
        }
        director.SetWeight(2, 5);
        director.SetWeight(4, 0);
        CheckAll(isDead: false);
        tally.OfDead = servers.Count(static server => server == Dead);
        director.Remove(Dead);
        CheckAll(isDead: true);
        director.SetWeight(4, 7);
        director.AddServer(Dead).ThrowIfFailed("bring the server back");
        CheckAll(isDead: true);
        director.SetWeight(2, 1);
        CheckAll(isDead: true);
        return tally;

        void CheckAll(bool isDead)
        {
            for (int flow = 0; flow < Flows; flow++)
            {
                Check(flow, servers[flow], isDead && servers[flow] == Dead);
            }
        }

        void Check(int flow, int expected, bool mayBeLost)
        {
            int server = director.Run(FlowFrame.Make(flow, Address, Port, FlowFrame.Ack));
            tally.Checks++;
            tally.Lost += (server == 0 && !mayBeLost) || expected == 0 ? 1 : 0;
            tally.Wrong += server != 0 && (server != expected || mayBeLost) ? 1 : 0;
        }
    }

    private sealed class Tally
    {
        internal int Checks { get; set; }

        internal int OfDead { get; set; }

        internal int Wrong { get; set; }

        internal int Lost { get; set; }
    }
}
