using System.Globalization;
using Holdfast.Lab;
using Holdfast.Linux;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Holdfast.Demo;

/// <summary>The view for a terminal: nodes, time line of the pings, events and figures, ten times a second.</summary>
internal sealed class LiveView(string program) : IDemoView
{
    private const int EventLines = 10;
    private const int LabelWidth = 10;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    public bool Show(DemoStage stage, Performance performance)
    {
        AnsiConsole.Live(new Text("")).AutoClear(false).Overflow(VerticalOverflow.Crop).Start(context =>
        {
            performance.Begin();
            bool ended;
            do
            {
                ended = performance.WaitForEnd(LookInterval);
                context.UpdateTarget(Render(stage));
                context.Refresh();
            }
            while (!ended);
        });
        if (performance.Failure is { } failure)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{failure}[/]");
        }
        return performance.Failure is null;
    }

    private Rows Render(DemoStage stage)
    {
        DemoState state = stage.State;
        LabNode? responder = stage.Meter.LastResponder;
        NodeView[] nodes =
        [
            stage.Node1.Look(DemoStage.Address, responder), stage.Node2.Look(DemoStage.Address, responder),
        ];
        string time = (MonotonicClock.Now - state.Start).TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
        return new Rows(
            new Rule($"[bold]Holdfast demo[/]  virtual address {DemoStage.Address}  [grey]{Markup.Escape(program)}[/]")
                .LeftJustified(),
            new Markup($"[bold yellow]{Markup.Escape(state.Scene)}[/]  [grey]{time} s[/]"),
            Nodes(nodes),
            TimeLine(stage),
            new Text(""),
            Events(state, EventLines, nameWidth: 6),
            new Text(""),
            Figures(state.Results, ResultTable.Headings));
    }

    private static Table Nodes(IReadOnlyList<NodeView> nodes)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("Node", "Address", "Configuration", "State",
            "Has the address", "Answers the client");
        foreach (NodeView node in nodes)
        {
            string colour = node.Role switch
            {
                NodeRole.Active => "green",
                NodeRole.Backup => "blue",
                NodeRole.Fault or NodeRole.Dead => "red",
                _ => "grey",
            };
            table.AddRow(new Markup($"[bold {Colour(node.Name)}]{node.Name}[/]"), new Text(node.Address),
                new Text(node.Config), new Markup($"[{colour}]{node.Role.ToString().PadRight(8)}[/]"),
                new Markup(node.HasAddress ? "[green]yes[/]" : "no "),
                new Markup(node.Answers ? "[green]yes[/]" : "no "));
        }
        return table;
    }

    /// <summary>One character for every 100 ms, coloured by who answered; red where a ping was lost.</summary>
    private static Rows TimeLine(DemoStage stage)
    {
        int width = Math.Clamp(AnsiConsole.Profile.Width - LabelWidth - 2, 20, 150);
        PingReport report = stage.Meter.Report(MonotonicClock.Now - (LookInterval * width));
        IEnumerable<PingBucket> buckets = report.Buckets(LookInterval).TakeLast(width);
        string line = string.Concat(buckets.Select(static bucket => bucket switch
        {
            { LostCount: 0, AnsweredCount: 0 } => " ",
            { LostCount: 0 } => $"[{Colour(bucket.Responder?.Name)}]█[/]",
            { AnsweredCount: 0 } => "[red]·[/]",
            _ => "[red]▄[/]",
        }));
        return new Rows(
            new Markup("pings     "
                + (stage.Meter.LastResponder is null ? "[grey]nobody has the address yet[/]" : line)),
            new Markup("[grey]          100 ms each:[/] [green]█[/] node1 answers  [deepskyblue1]█[/] node2 answers  "
                + "[red]▄[/] some lost  [red]·[/] all lost"));
    }

    /// <summary>The last events, always on as many lines.</summary>
    internal static Rows Events(DemoState state, int lines, int nameWidth)
    {
        IReadOnlyList<DemoEvent> all = [.. state.EventsFrom(0).OrderBy(static one => one.At).TakeLast(lines)];
        int room = Math.Max(20, AnsiConsole.Profile.Width - nameWidth - 12); // beside time and name
        var rows = new List<IRenderable>(lines);
        foreach (DemoEvent one in all)
        {
            string at = one.At.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture).PadLeft(8);
            rows.Add(new Markup(
                $"[grey]{at}[/]  [{Colour(one.Node)}]{one.Node.PadRight(nameWidth)}[/]  "
                + Markup.Escape(one.Text.Length <= room ? one.Text : one.Text[..(room - 1)] + "…")));
        }
        while (rows.Count < lines)
        {
            rows.Add(new Text(""));
        }
        return new Rows(rows);
    }

    /// <summary>The measured figures; one line each.</summary>
    internal static Table Figures(IReadOnlyList<SceneResult> results, IReadOnlyList<string> headings)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        for (int i = 0; i < headings.Count; i++)
        {
            var column = new TableColumn(headings[i]);
            table.AddColumn(i >= 2 ? column.RightAligned() : column);
        }
        foreach (SceneResult result in results)
        {
            table.AddRow([.. ResultTable.Cells(result).Select((cell, i) => new Markup(
                i < 2 ? Markup.Escape(cell) : $"[{(result.LostCount == 0 ? "green" : "yellow")}]{cell}[/]"))]);
        }
        return table;
    }

    /// <summary>The colour of a node's name.</summary>
    internal static string Colour(string? node) => node switch
    {
        "node1" or "director1" or "web1" => "green",
        "node2" or "director2" or "web2" => "deepskyblue1",
        "client" => "yellow",
        _ => "white",
    };
}
