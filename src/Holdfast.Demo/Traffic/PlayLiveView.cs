using System.Globalization;
using Holdfast.Linux;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Holdfast.Demo.Traffic;

/// <summary>The view for a terminal: balancers, servers, who gets the requests, the table, the log and the figures.
/// </summary>
internal sealed class PlayLiveView(PlayTexts texts, string program) : IPlayView
{
    // What there is beside the events, and where both tables stand side by side.
    private const int OtherLines = 28;
    private const int WideColumns = 130;
    private const int EventLinesMin = 3;
    private const int EventLinesMax = 12;
    private const int TableLines = 6;
    private const int LabelWidth = 10;
    private const int RateLooks = 6;
    private const string Levels = " ▁▂▃▄▅▆▇█";
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    public void Show(PlayState state, Func<TimeSpan, bool> waitForEnd)
        => AnsiConsole.Live(new Text("")).AutoClear(false).Overflow(VerticalOverflow.Crop).Start(context =>
        {
            bool ended;
            do
            {
                ended = waitForEnd(LookInterval);
                context.UpdateTarget(Render(state));
                context.Refresh();
            }
            while (!ended);
        });

    private Rows Render(PlayState state)
    {
        IReadOnlyList<PlayLook> looks = state.Looks;
        PlayLook look = looks.Count == 0 ? PlayLook.None : looks[^1];
        DemoState demo = state.Demo;
        string time = (MonotonicClock.Now - demo.Start).TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
        Table balancers = Balancers(look);
        Table servers = Servers(look, looks);
        bool wide = AnsiConsole.Profile.Width >= WideColumns;
        int taken = OtherLines + demo.Results.Count + (wide ? 0 : balancers.Rows.Count + 4);
        int spare = AnsiConsole.Profile.Height - taken;
        return new Rows(
            new Rule($"[bold]Holdfast demo: {texts.Title}[/]  192.168.1.100:80  [grey]{Markup.Escape(program)}[/]")
                .LeftJustified(),
            new Markup($"[bold yellow]{Markup.Escape(demo.Scene)}[/]  [grey]{time} s[/]"),
            new Markup($"[grey]{(state.Plane.Length == 0 ? "" : "The services are " + Markup.Escape(state.Plane))}[/]"),
            wide ? new Grid().AddColumns(2).AddRow(balancers, servers) : new Rows(balancers, servers),
            Requests(looks),
            new Text(""),
            Table(look),
            new Text(""),
            LiveView.Events(demo, Math.Clamp(spare, EventLinesMin, EventLinesMax), nameWidth: 9),
            LiveView.Figures(demo.Results, PlayTexts.Headings));
    }

    private Table Balancers(PlayLook look)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumns(texts.Balancer, "Address", "State", "Has the address", "Waiting");
        foreach (BalancerLook balancer in look.Balancers)
        {
            string colour = balancer.Role switch
            {
                NodeRole.Active => "green",
                NodeRole.Backup => "blue",
                NodeRole.Stopped or NodeRole.Fault => "red",
                _ => "grey",
            };
            bool tells = balancer.Role == NodeRole.Active;
            table.AddRow(new Markup($"[bold {LiveView.Colour(balancer.Name)}]{balancer.Name}[/]"),
                new Text(balancer.Address), new Markup($"[{colour}]{balancer.Role,-8}[/]"),
                new Markup(balancer.HasAddress ? "[green]yes[/]" : "no "),
                new Markup(!tells ? "" : look.Waiting == 0 ? "none" : $"[red]{look.Waiting}[/]"));
        }
        return table;
    }

    private Table Servers(PlayLook look, IReadOnlyList<PlayLook> looks)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumns(texts.Server, "Address", "Process", texts.State, "Requests/s", "All");
        for (int i = 0; i < look.Servers.Count; i++)
        {
            ServerLook server = look.Servers[i];
            int index = i;
            int rate = PlayLook.Rate([.. looks.TakeLast(RateLooks)], one => one.Servers[index].Served);
            table.AddRow(new Markup($"[bold {LiveView.Colour(server.Name)}]{server.Name}[/]"),
                new Text(server.Address), new Markup(server.IsAlive ? "[green]listens[/]" : "[red]dead[/]   "),
                new Markup(server.State is null ? "[red]out[/]" : $"[green]{Markup.Escape(server.State)}[/]"),
                new Text(rate.ToString(CultureInfo.InvariantCulture).PadLeft(5)),
                new Text(server.Total.ToString(CultureInfo.InvariantCulture).PadLeft(6)));
        }
        return table;
    }

    /// <summary>One character for each look; its height says how many requests.</summary>
    private static Rows Requests(IReadOnlyList<PlayLook> looks)
    {
        int width = Math.Clamp(AnsiConsole.Profile.Width - LabelWidth - 2, 20, 150);
        PlayLook[] shown = [.. looks.TakeLast(width)];
        int highest = Math.Max(1, shown.Select(static look
            => Math.Max(look.Failed, look.Servers.Select(static s => s.Served).DefaultIfEmpty().Max()))
            .DefaultIfEmpty().Max());
        var rows = new List<IRenderable>();
        string[] names = looks.Count == 0 ? [] : [.. looks[^1].Servers.Select(static server => server.Name)];
        for (int i = 0; i < names.Length; i++)
        {
            int index = i;
            rows.Add(Line(names[i], LiveView.Colour(names[i]), shown.Select(look => look.Servers[index].Served)));
        }
        rows.Add(Line("failed", "red", shown.Select(static look => look.Failed)));
        rows.Add(new Markup($"[grey]{"",LabelWidth}requests, {PlayLook.Interval.TotalMilliseconds:F0} ms each[/]"));
        return new Rows(rows);

        Markup Line(string name, string colour, IEnumerable<int> counts) => new($"{name.PadRight(LabelWidth)}[{colour}]"
            + string.Concat(counts.Select(count => Levels[((count * (Levels.Length - 1)) + highest - 1) / highest]))
            + "[/]");
    }

    private Rows Table(PlayLook look)
    {
        IEnumerable<string> lines = look.Table.Take(TableLines)
            .Concat(Enumerable.Repeat("", Math.Max(0, TableLines - look.Table.Count)));
        return new Rows([
            new Markup($"[grey]{texts.Table} on {(look.TableOf.Length == 0 ? "the Active" : look.TableOf)}[/]"),
            .. lines.Select(static line => new Text(line.TrimEnd())),
        ]);
    }
}
