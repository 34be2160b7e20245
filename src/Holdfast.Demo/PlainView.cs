using System.Globalization;

namespace Holdfast.Demo;

/// <summary>One line for each event: for pipes, logs and terminals without control.</summary>
internal sealed class PlainView : IDemoView
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);
    private int _printed;

    public bool Show(DemoStage stage, Performance performance)
    {
        performance.Begin();
        bool ended;
        do
        {
            ended = performance.WaitForEnd(LookInterval);
            _ = stage.Node1.Look(DemoStage.Address, stage.Meter.LastResponder);
            _ = stage.Node2.Look(DemoStage.Address, stage.Meter.LastResponder);
            Print(stage.State);
        }
        while (!ended);
        Console.WriteLine();
        Console.Write(ResultTable.Write(stage.State.Results, ResultTable.Headings));
        if (performance.Failure is { } failure)
        {
            Console.Error.WriteLine("holdfast demo: " + failure);
        }
        return performance.Failure is null;
    }

    private void Print(DemoState state)
    {
        // Lines of two daemons are read one after the other, so they are put into the order of time here.
        IReadOnlyList<DemoEvent> fresh = state.EventsFrom(_printed);
        _printed += fresh.Count;
        foreach (DemoEvent happened in fresh.OrderBy(static one => one.At))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{happened.At.TotalSeconds,7:F3}  {happened.Node,-6}  {happened.Text}"));
        }
    }
}
