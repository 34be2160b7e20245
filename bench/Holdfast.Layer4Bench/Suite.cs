namespace Holdfast.Layer4Bench;

/// <summary>All measurements, one after the other.</summary>
internal static class Suite
{
    /// <summary>Runs what was asked for, and prints tables.</summary>
    /// <returns>1 when something is wrong or an aim is missed.</returns>
    internal static int Run(Layer4Options options)
    {
        bool isGood = true;
        if (options.Selects("packets"))
        {
            using var times = new PacketTimes(options.Floor);
            times.Measure(options.Rounds, 20_000);
            Console.WriteLine("## Nanoseconds a packet\n\n" + times.Markdown());
            isGood &= times.MeetsAim;
        }
        if (options.Selects("moves"))
        {
            Console.WriteLine("## One of ten servers removed, scheduler mh\n\n" + TableMoves.Measure(out bool few));
            isGood &= few;
        }
        if (options.Selects("flows"))
        {
            Console.WriteLine("## Connections while servers change\n\n" + FlowSurvey.Run(out bool right));
            isGood &= right;
        }
        if (options.Selects("peers"))
        {
            using (var lab = new StatelessLab(options.Peers))
            {
                var times = new PeerTimes(lab, options);
                times.Measure();
                Console.WriteLine("## Connections, peers without state\n\n" + times.Markdown(withShare: false));
                isGood &= times.MeetsAim;
            }
            using (var lab = new PeerLab(options.Load, options.Peers, options.Connections))
            {
                var times = new PeerTimes(lab, options);
                times.Measure();
                Console.WriteLine("## Connections end to end, with sockets\n\n" + times.Markdown(withShare: true));
            }
        }
        return isGood ? 0 : 1;
    }
}
