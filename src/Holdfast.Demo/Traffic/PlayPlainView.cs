using System.Globalization;

namespace Holdfast.Demo.Traffic;

/// <summary>One line for each event, each second's requests and each change of the table: for pipes and logs.</summary>
internal sealed class PlayPlainView(PlayTexts texts) : IPlayView
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly List<PlayLook> _second = [];
    private PlayLook? _last;
    private int _printed;
    private string _table = "";

    public void Show(PlayState state, Func<TimeSpan, bool> waitForEnd)
    {
        bool ended;
        do
        {
            ended = waitForEnd(LookInterval);
            Print(state);
        }
        while (!ended);
        Console.WriteLine();
        Console.Write(ResultTable.Write(state.Demo.Results, PlayTexts.Headings));
    }

    private void Print(PlayState state)
    {
        IReadOnlyList<DemoEvent> fresh = state.Demo.EventsFrom(_printed);
        _printed += fresh.Count;
        foreach (DemoEvent happened in fresh.OrderBy(static one => one.At))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{happened.At.TotalSeconds,7:F3}  {happened.Node,-9}  {happened.Text}"));
        }
        IReadOnlyList<PlayLook> looks = state.Looks;
        int known = _last is null ? -1 : looks.ToList().LastIndexOf(_last);
        foreach (PlayLook look in looks.Skip(known + 1))
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

    private void PrintTable(PlayLook look)
    {
        string table = look.TableOf + ": " + string.Join(", ", look.Servers.Select(server
            => server.Address + " "
                + (server.State is { } state ? $"{texts.State.ToLowerInvariant()} {state}" : texts.Out)));
        if (table != _table && look.TableOf.Length > 0)
        {
            _table = table;
            Console.WriteLine($"{"",7}  {texts.TableShort,-9}  {table}");
        }
    }

    private void PrintSecond()
    {
        IEnumerable<string> served = _second[^1].Servers.Select((server, i)
            => $"{server.Name} {PlayLook.Rate(_second, look => look.Servers[i].Served)}/s");
        Console.WriteLine($"{"",7}  requests   {string.Join("  ", served)}  failed "
            + PlayLook.Rate(_second, static look => look.Failed).ToString(CultureInfo.InvariantCulture) + "/s");
        _second.RemoveRange(0, _second.Count - 1);
    }
}
