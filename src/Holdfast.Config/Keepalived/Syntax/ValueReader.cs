using Holdfast.Config.Keepalived.Schema;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>Reads the words after each keyword as the table says.</summary>
internal sealed partial class ValueReader(Findings findings)
{
    private readonly HashSet<string> _instances = new(StringComparer.Ordinal);

    /// <summary>Reads the values of a whole tree.</summary>
    public void ReadAll(ConfigNode block)
    {
        Dictionary<KeywordSpec, ConfigNode>? seen = null;
        foreach (ConfigNode node in block.ChildrenOrEmpty)
        {
            node.IsValid = Read(node);
            if (node.Spec.ReplacedBy is { } better)
            {
                findings.Report(node.Spec.IsSynonym ? FindingCodes.Synonym : FindingCodes.Deprecated, node.Keyword,
                    $"{node.Spec.Name} is an old word", $"write {better}");
            }
            if (node.Spec.IsNewer)
            {
                findings.Report(FindingCodes.NewerThanOriginal, node.Keyword,
                    $"keepalived 2.2.7 does not know {node.Spec.Name}");
            }
            if (!node.Spec.Repeats && node.IsValid)
            {
                seen ??= [];
                if (seen.TryGetValue(node.Spec, out ConfigNode? first))
                {
                    ReportRepeated(node, first);
                }
                seen[node.Spec] = node.IsValid ? node : first!;
            }
            bool isDuplicate = node.Spec.Opens == BlockKind.Instance && !_instances.Add(node.Text);
            bool isNameless = !node.IsValid && node.Spec.Value.Kind is ValueKind.NamedBlock or ValueKind.ServerBlock;
            if (!isDuplicate && !isNameless)
            {
                // A second block of the same name is left out whole; the binder says so.
                ReadAll(node);
            }
        }
    }

    private bool Read(ConfigNode node)
    {
        ValueSpec spec = node.Spec.Value;
        List<Word> words = node.Arguments;
        bool needsOne = spec.Kind is ValueKind.Integer or ValueKind.Seconds or ValueKind.Milliseconds
            or ValueKind.Text or ValueKind.Texts or ValueKind.Choice or ValueKind.Address or ValueKind.AddressPort
            or ValueKind.Script or ValueKind.Weight or ValueKind.User
            or ValueKind.Pairs or ValueKind.NamedBlock or ValueKind.NamedLines or ValueKind.ServerBlock;
        if (needsOne && (words.Count == 0 || (words.Count == 1 && words[0].Text.Length == 0)))
        {
            ReportMissing(node);
            return false;
        }
        return spec.Kind switch
        {
            ValueKind.None => ReadNothing(node),
            ValueKind.Switch => ReadSwitch(node),
            ValueKind.Integer or ValueKind.OptionalInteger => ReadInteger(node, words, spec),
            ValueKind.Seconds or ValueKind.OptionalSeconds => ReadTime(node, words, spec, 6),
            ValueKind.Milliseconds => ReadTime(node, words, spec, 3),
            ValueKind.Weight => ReadWeight(node, words, spec),
            ValueKind.Choice or ValueKind.OptionalChoice => ReadChoice(node, words, spec),
            ValueKind.Address => ReadAddress(node, words),
            ValueKind.ExtraInterfaces => ReadExtra(node, words, spec),
            ValueKind.Pairs => ReadPairs(words, spec),
            ValueKind.Script => CheckScript(node),
            ValueKind.OptionalScript => true,
            ValueKind.Text => WarnExtra(node, 1),
            ValueKind.User => WarnExtra(node, 2),
            ValueKind.OptionalText => WarnExtra(node, 1),
            ValueKind.AddressPort => WarnExtra(node, 2),
            ValueKind.NamedBlock when words.Count > 1 && node.Spec.MissingValue == OriginalClass.ConfigError
                => RefuseName(node),
            ValueKind.NamedBlock or ValueKind.NamedLines => WarnExtra(node, 1),
            ValueKind.Lines when words.Count > 0 => ReportBlockWords(node),
            ValueKind.Block or ValueKind.Lines => WarnExtra(node, 0),
            ValueKind.ServerBlock => ReadServer(node, words),
            _ => true,
        };
    }

    private void ReportRepeated(ConfigNode node, ConfigNode first)
    {
        bool keeps = node.Spec.KeepsFirst;
        findings.Report(keeps ? FindingCodes.KeptFirst
            : node.Spec.WarnsTwice ? FindingCodes.RepeatedWarned : FindingCodes.Repeated, node.Keyword,
            $"{node.Spec.Name} stands twice; {(keeps ? "the first" : "this")} one counts", null, null,
            new RelatedPlace(first.Span, "the first one"));
        node.IsValid = !keeps;
    }

    private void ReportMissing(ConfigNode node)
        => findings.Report(node.Spec.MissingValue switch
        {
            OriginalClass.ConfigError => FindingCodes.MissingLenient,
            OriginalClass.Silent => FindingCodes.MissingSilent,
            _ => FindingCodes.MissingParameter,
        }, node.Keyword, $"{node.Spec.Name} lacks its value",
            $"write: {node.Spec.Name} {node.Spec.Value.Syntax}");

    private bool ReportBlockWords(ConfigNode node)
    {
        findings.Report(FindingCodes.BlockWords, node.Arguments[0],
            $"'{node.Arguments[0]}' stands between {node.Spec.Name} and its brace", "put it after the brace");
        return true;
    }

    private bool RefuseName(ConfigNode node)
    {
        findings.Report(FindingCodes.MissingLenient, node.Arguments[1], $"{node.Spec.Name} takes one name",
            "put a name with blanks into double quotes");
        return false;
    }

    private bool WarnExtra(ConfigNode node, int used)
    {
        if (node.Arguments.Count > used)
        {
            Word extra = node.Arguments[used];
            bool isKeyword = node.Owner.Find(extra.Text) is not null;
            findings.Report(FindingCodes.ExtraWords, extra, $"'{extra}' and what follows on this line is ignored",
                isKeyword ? $"put '{extra}' on a line of its own" : "remove it");
        }
        return true;
    }

    private bool ReadNothing(ConfigNode node)
    {
        // The original would take "nopreempt off" for nopreempt: the opposite of what stands there.
        if (node.Arguments.Count > 0 && node.Text is "off" or "no" or "false")
        {
            findings.Report(FindingCodes.UselessArgument, node.Arguments[0],
                $"{node.Spec.Name} takes no argument: '{node.Text}' would be ignored",
                $"remove the whole line to switch {node.Spec.Name} off");
            return false;
        }
        node.IsOn = true;
        return WarnExtra(node, 0);
    }

    private bool ReadSwitch(ConfigNode node)
    {
        if (node.Arguments.Count == 0)
        {
            node.IsOn = true;
            return true;
        }
        bool? value = node.Text switch
        {
            "on" or "true" or "yes" => true,
            "off" or "false" or "no" => false,
            _ => null,
        };
        if (value is null)
        {
            findings.Report(FindingCodes.BadBoolean, node.Arguments[0],
                $"{node.Spec.Name} is on or off, not '{node.Text}'", "the words are on, off, true, false, yes, no",
                NearestWord.Find(node.Text, ["on", "off", "true", "false", "yes", "no"]));
            return false;
        }
        node.IsOn = value.Value;
        return WarnExtra(node, 1);
    }

    private bool ReadChoice(ConfigNode node, List<Word> words, ValueSpec spec)
    {
        if (words.Count == 0)
        {
            return true;
        }
        StringComparison comparison =
            spec.IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        if (!Array.Exists(spec.Words, w => string.Equals(w, words[0].Text, comparison)))
        {
            findings.Report(FindingCodes.BadWord, words[0], $"{node.Spec.Name} cannot be '{words[0]}'",
                $"one of {string.Join(", ", spec.Words)}", NearestWord.Find(words[0].Text, spec.Words));
            return false;
        }
        return WarnExtra(node, 1);
    }

    private bool ReadAddress(ConfigNode node, List<Word> words)
    {
        if (IpPrefix.TryParse(words[0].Text, out IpPrefix prefix) && words[0].Text.Contains('/'))
        {
            findings.Report(FindingCodes.PrefixIgnored, words[0], $"{node.Spec.Name} takes no prefix length",
                $"write {prefix.Address}");
            node.Address = prefix.Address;
            return WarnExtra(node, 1);
        }
        if (!IpAddress.TryParse(words[0].Text, out IpAddress address))
        {
            findings.Report(FindingCodes.BadAddress, words[0], $"'{words[0]}' is not an address",
                "write an IPv4 or IPv6 address without a prefix length");
            return false;
        }
        node.Address = address;
        return WarnExtra(node, 1);
    }

    private bool CheckScript(ConfigNode node)
    {
        if (ShellWords.SplitCommand(node.Text).Count > 0)
        {
            return true;
        }
        findings.Report(FindingCodes.ScriptLine, node.Keyword, $"{node.Spec.Name} has an empty command");
        return false;
    }
}
