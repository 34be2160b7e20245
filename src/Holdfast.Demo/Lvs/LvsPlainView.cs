using System.Globalization;

namespace Holdfast.Demo.Lvs;

/// <summary>One line for each event, each second's requests and each change of the table: for pipes and logs.</summary>
internal sealed class LvsPlainView : ILvsView
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly List<LvsLook> _second = [];
    private LvsLook? _last;
    private int _printed;
    private string _table = "";

    public void Show(LvsState state, Func<TimeSpan, bool> waitForEnd)
    {
        bool ended;
        do
        {
            ended = waitForEnd(LookInterval);
            Print(state);
        }
        while (!ended);
        Console.WriteLine();
        Console.Write(ResultTable.Write(state.Demo.Results, LvsScene.Headings));
    }

    private void Print(LvsState state)
    {
        IReadOnlyList<DemoEvent> fresh = state.Demo.EventsFrom(_printed);
        _printed += fresh.Count;
        foreach (DemoEvent happened in fresh.OrderBy(static one => one.At))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{happened.At.TotalSeconds,7:F3}  {happened.Node,-9}  {happened.Text}"));
        }
        IReadOnlyList<LvsLook> looks = state.Looks;
        int known = _last is null ? -1 : looks.ToList().LastIndexOf(_last);
        foreach (LvsLook look in looks.Skip(known + 1))
        {
            _last = look;
            PrintTable(look);
            _second.Add(look);
            if (look.At - _second[0].At >= 1)
            {
                PrintSecond();
            }
        }
    }

    private void PrintTable(LvsLook look)
    {
        string table = look.TableOf + ": " + string.Join(", ", look.Servers.Select(server
            => $"{server.Address} {(look.WeightOf(server) is { } weight ? $"weight {weight}" : "is not in it")}"));
        if (table != _table && look.TableOf.Length > 0)
        {
            _table = table;
            Console.WriteLine($"{"",7}  ipvsadm    {table}");
        }
    }

    private void PrintSecond()
    {
        IEnumerable<string> served = _second[^1].Servers.Select((server, i)
            => $"{server.Name} {LvsLook.Rate(_second, look => look.Servers[i].Served)}/s");
        Console.WriteLine($"{"",7}  requests   {string.Join("  ", served)}  failed "
            + LvsLook.Rate(_second, static look => look.Failed).ToString(CultureInfo.InvariantCulture) + "/s");
        _second.RemoveRange(0, _second.Count - 1);
    }
}
