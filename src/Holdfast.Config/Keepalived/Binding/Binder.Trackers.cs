using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>Scripts, files, processes, and the references to them.</summary>
internal sealed partial class Binder
{
    private VrrpScriptModel? BindScript(ConfigNode block)
    {
        ScriptCommand? command = BindCommand(block.Last("script"), block.Last("user"));
        if (command is null)
        {
            _findings.Report(FindingCodes.ScriptLine, block.Arguments[0], $"vrrp_script '{block.Text}' has no script",
                "add: script \"COMMAND\"");
            return null;
        }
        TimeSpan interval = block.Last("interval")?.Time ?? TimeSpan.FromSeconds(1);
        TimeSpan timeout = block.Last("timeout")?.Time ?? interval;
        if (timeout > interval && block.Last("timeout") is { } written)
        {
            _findings.Report(FindingCodes.StateTimeout, written.Span,
                "the time-out is longer than the interval: a run is left out while the last one goes on");
        }
        ConfigNode? weight = block.Last("weight");
        return new VrrpScriptModel
        {
            Name = block.Text,
            Span = block.Span,
            Command = command,
            Interval = interval,
            Timeout = timeout,
            Weight = (int)(weight?.Number ?? 0),
            Reverse = weight?.IsOn ?? false,
            Rise = (int)(block.Last("rise")?.Number ?? 1),
            Fall = (int)(block.Last("fall")?.Number ?? 1),
            InitFail = block.IsSet("init_fail"),
        };
    }

    private TrackFileModel? BindTrackFile(ConfigNode block)
    {
        if (block.Last("file") is not { } file)
        {
            _findings.Report(FindingCodes.ScriptLine, block.Arguments[0], $"track_file '{block.Text}' names no file",
                "add: file PATH");
            return null;
        }
        ConfigNode? weight = block.Last("weight");
        ConfigNode? init = block.Last("init_file");
        int? value = init is null ? null : 0;
        foreach (Word word in init?.Arguments ?? [])
        {
            if (word.Text != "overwrite" && _values.TryInteger("init_file", word, int.MinValue, int.MaxValue,
                out long number))
            {
                value = (int)number;
            }
        }
        bool overwrite = init?.Arguments.Exists(static w => w.Text == "overwrite") ?? false;
        return new TrackFileModel(block.Text, file.Text, (int)(weight?.Number ?? 1), weight?.IsOn ?? false, value,
            overwrite, block.Span);
    }

    private TrackProcessModel? BindTrackProcess(ConfigNode block)
    {
        if (block.Last("process") is not { } process)
        {
            _findings.Report(FindingCodes.ScriptLine, block.Arguments[0],
                $"vrrp_track_process '{block.Text}' names no process", "add: process NAME");
            return null;
        }
        ConfigNode? weight = block.Last("weight");
        long quorum = block.Last("quorum")?.Number ?? Math.Min(1, block.Last("quorum_max")?.Number ?? 1);
        if (block.Last("quorum_max") is { } max && max.Number < quorum)
        {
            _findings.Report(FindingCodes.QuorumOrder, max.Span, "quorum_max is less than quorum",
                "more processes are needed than may run");
        }
        TimeSpan delay = Time(block, "delay");
        return new TrackProcessModel
        {
            Name = block.Text,
            Span = block.Span,
            Process = [.. process.Arguments.Select(static w => w.Text)],
            ParameterMatch = block.Last("param_match")?.Text,
            Weight = (int)(weight?.Number ?? 0),
            Reverse = weight?.IsOn ?? false,
            Quorum = (int)quorum,
            QuorumMax = (int)(block.Last("quorum_max")?.Number ?? int.MaxValue),
            ForkDelay = block.Last("fork_delay")?.Time ?? delay,
            TerminateDelay = block.Last("terminate_delay")?.Time ?? delay,
            FullCommand = block.IsSet("full_command"),
        };
    }

    private TrackersModel BindTrackers(ConfigNode block) => new()
    {
        Interfaces = BindReferences(block, "track_interface", null, 253),
        Scripts = BindReferences(block, "track_script", _scripts, 253),
        Files = BindReferences(block, "track_file", _files, 254),
        Processes = BindReferences(block, "track_process", _processes, 254),
        Bfd = BindReferences(block, "track_bfd", _bfd, 253),
    };

    private ImmutableArray<TrackerReference> BindReferences(
        ConfigNode block, string keyword, NameTable? table, int weightMax)
    {
        ImmutableArray<TrackerReference>.Builder references = ImmutableArray.CreateBuilder<TrackerReference>();
        foreach (ConfigNode list in block.All(keyword))
        {
            foreach (MappedText line in list.LinesOrEmpty)
            {
                if (BindReference(block, keyword, table, weightMax, line) is not { } reference)
                {
                    continue;
                }
                TrackerReference? first = references.FirstOrDefault(r => r.Name == reference.Name);
                if (first is not null)
                {
                    _findings.Report(FindingCodes.TrackerTwice, reference.Span,
                        $"'{reference.Name}' is tracked twice", "remove one of them", null,
                        new RelatedPlace(first.Span, "the first one"));
                    continue;
                }
                references.Add(reference);
            }
        }
        return references.ToImmutable();
    }

    private TrackerReference? BindReference(
        ConfigNode block, string keyword, NameTable? table, int weightMax, MappedText line)
    {
        List<Word> words = WordSplitter.Split(line);
        string name = words[0].Text;
        ConfigNode? definition = table?.Find(name);
        if (table is null)
        {
            CheckInterface(name, words[0].Span, FindingCodes.InterfaceUnknown);
        }
        else if (definition is null)
        {
            string? near = NearestWord.Find(name, table.Names);
            _findings.Report(FindingCodes.TrackerUnknown, words[0], $"{keyword} '{name}' is not defined anywhere",
                near is null ? $"add a block {DefinitionWord(keyword)} {name}" : $"did you mean '{near}'?", near);
            return null;
        }
        else
        {
            table.MarkUsed(name);
            if (IsAfter(definition.Span, block.Span))
            {
                _findings.Report(FindingCodes.TrackerForward, words[0],
                    $"'{name}' is defined further down; keepalived would ignore it here", null, null,
                    new RelatedPlace(definition.Span, "defined here"));
            }
        }
        ConfigNode? defaultWeight = definition?.Last("weight");
        int weight = (int)(defaultWeight?.Number ?? (keyword == "track_file" ? 1 : 0));
        bool reverse = defaultWeight?.IsOn ?? false;
        if (words.Count > 1 && !ReadWeight(words, weightMax, ref weight, ref reverse))
        {
            return new TrackerReference(name, weight, reverse, words[0].Span);
        }
        return new TrackerReference(name, weight, reverse, words[0].Span);
    }

    private bool ReadWeight(List<Word> words, int weightMax, ref int weight, ref bool reverse)
    {
        if (words[1].Text != "weight" || words.Count < 3)
        {
            _findings.Report(FindingCodes.TrackerLine, words[1],
                words[1].Text == "weight" ? "weight lacks its number" : $"only 'weight N' may follow, not '{words[1]}'",
                "write NAME [weight N [reverse]]", NearestWord.Find(words[1].Text, ["weight"]));
            return false;
        }
        if (!_values.TryInteger("weight", words[2], -weightMax, weightMax, out long number))
        {
            return false;
        }
        weight = (int)number;
        reverse = false;
        for (int i = 3; i < words.Count; i++)
        {
            if (words[i].Text is not ("reverse" or "noreverse" or "no_reverse"))
            {
                _findings.Report(FindingCodes.TrackerLine, words[i], $"only 'reverse' may follow, not '{words[i]}'",
                    null, NearestWord.Find(words[i].Text, ["reverse", "noreverse"]));
                return false;
            }
            reverse = words[i].Text == "reverse";
        }
        return true;
    }

    private static string DefinitionWord(string keyword) => keyword switch
    {
        "track_script" => "vrrp_script",
        "track_process" => "vrrp_track_process",
        "track_bfd" => "bfd_instance",
        _ => keyword,
    };

    /// <summary>Whether a place stands behind another one of the same file.</summary>
    internal static bool IsAfter(SourceSpan a, SourceSpan b)
        => a.File == b.File && (a.Line > b.Line || (a.Line == b.Line && a.Column > b.Column));
}
