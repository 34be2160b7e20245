using Holdfast.Config.Text;

namespace Holdfast.Config.HAProxy.Syntax;

/// <summary>Lines that begin with a dot: conditions and messages.</summary>
internal sealed partial class ConfigReader
{
    private static readonly string[] s_directives =
        [".if", ".elif", ".else", ".endif", ".notice", ".warning", ".alert", ".diag"];

    private bool IsSkipping => _levels.Any(static l => l.Branch != Branch.Taken);

    private void Directive(Word[] words)
    {
        string name = words[0].Text;
        switch (name)
        {
            case ".if":
                If(words);
                break;
            case ".elif":
                ElseIf(words);
                break;
            case ".else":
                Else(words);
                break;
            case ".endif":
                if (words.Length > 1)
                {
                    ReportExtra(words);
                }
                else if (!_levels.TryPop(out _))
                {
                    ReportLonely(words);
                }
                break;
            case ".notice" or ".warning" or ".alert" or ".diag":
                if (!IsSkipping)
                {
                    Message(words);
                }
                break;
            default:
                if (!IsSkipping)
                {
                    _findings.Report(FindingCodes.UnknownDirective, words[0], $"unknown directive '{name}'", null,
                        NearestWord.Find(name, s_directives));
                }
                break;
        }
    }

    private void If(Word[] words)
    {
        if (_levels.Count >= MaxLevels)
        {
            _findings.Report(FindingCodes.ConditionBlock, words[0], "too many nested '.if'");
            return;
        }
        bool skipped = IsSkipping;
        bool holds = !skipped && Holds(words);
        _levels.Push(new Level(words[0].Span)
        {
            Branch = skipped ? Branch.Done : holds ? Branch.Taken : Branch.NotYet,
        });
    }

    private void ElseIf(Word[] words)
    {
        if (!_levels.TryPeek(out Level? level) || level.HasElse)
        {
            ReportLonely(words);
            return;
        }
        level.Branch = level.Branch == Branch.Taken ? Branch.Done : level.Branch;
        if (level.Branch == Branch.NotYet && Holds(words))
        {
            level.Branch = Branch.Taken;
        }
    }

    private void Else(Word[] words)
    {
        if (words.Length > 1)
        {
            ReportExtra(words);
            return;
        }
        if (!_levels.TryPeek(out Level? level) || level.HasElse)
        {
            ReportLonely(words);
            return;
        }
        level.HasElse = true;
        level.Branch = level.Branch == Branch.NotYet ? Branch.Taken : Branch.Done;
    }

    /// <summary>The words are joined with single spaces, then read as one expression.</summary>
    private bool Holds(Word[] words)
    {
        string text = string.Join(' ', words.Skip(1).Select(static w => w.Text));
        bool holds = _conditions.Evaluate(text);
        if (_conditions.Fault is { } fault)
        {
            int at = _conditions.FaultAt;
            Word place = words[^1];
            for (int i = 1, start = 0; i < words.Length; start += words[i].Text.Length + 1, i++)
            {
                if (at < start + words[i].Text.Length + 1)
                {
                    place = words[i];
                    _findings.Report(FindingCodes.BadCondition, place.At(Math.Min(at - start, place.Text.Length), 1),
                        $"{fault} in '{words[0]}'");
                    return false;
                }
            }
            _findings.Report(FindingCodes.BadCondition, place, $"{fault} in '{words[0]}'");
        }
        return holds;
    }

    private void Message(Word[] words)
    {
        if (words.Length != 2)
        {
            _findings.Report(FindingCodes.BadMessage, words[0], words.Length < 2
                ? $"'{words[0]}' expects one message" : $"unexpected argument '{words[2]}' to '{words[0]}'",
                "put the whole message in double quotes");
            return;
        }
        FindingCode code = words[0].Text switch
        {
            ".alert" => FindingCodes.UserAlert,
            ".warning" => FindingCodes.UserWarning,
            _ => FindingCodes.UserNotice,
        };
        _findings.Report(code, words[1], $"'{words[1]}'");
    }

    private void ReportLonely(Word[] words)
        => _findings.Report(FindingCodes.ConditionBlock, words[0], $"lone '{words[0]}' with no matching '.if'");

    private void ReportExtra(Word[] words)
        => _findings.Report(FindingCodes.ConditionBlock, words[1], $"unexpected argument '{words[1]}' to '{words[0]}'");
}
