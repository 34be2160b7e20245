using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Reads <c>if</c> and <c>unless</c>.</summary>
internal sealed class ConditionParser(BindContext context, AclParser acls)
{
    private readonly Dictionary<string, ParsedAcl> _predefined = new(StringComparer.Ordinal);

    /// <summary>Reads a condition that must be there, up to the end of the line.</summary>
    /// <param name="words">All words of the line.</param>
    /// <param name="index">The word "if" or "unless".</param>
    /// <param name="named">ACLs of the proxy so far.</param>
    /// <param name="places">Where it is evaluated.</param>
    /// <param name="condition">The condition; null when there is none.</param>
    /// <returns>Whether it could be read.</returns>
    public bool TryParse(ReadOnlySpan<Word> words, int index, AclScope named, SamplePlaces places,
        out RuleCondition? condition)
    {
        condition = null;
        if (index >= words.Length)
        {
            return true;
        }
        Word first = words[index];
        if (first.Text is not ("if" or "unless"))
        {
            context.Findings.Report(FindingCodes.BadRule, first,
                $"expects 'if' or 'unless' followed by a condition, but found '{first}'", null,
                NearestWord.Find(first.Text, ["if", "unless"]));
            return false;
        }
        ImmutableArray<ImmutableArray<ConditionTerm>>.Builder alternatives =
            ImmutableArray.CreateBuilder<ImmutableArray<ConditionTerm>>();
        ImmutableArray<ConditionTerm>.Builder terms = ImmutableArray.CreateBuilder<ConditionTerm>();
        bool negated = false;
        for (index++; index < words.Length; index++)
        {
            Word word = words[index];
            string text = word.Text;
            if (text is "or" or "||")
            {
                alternatives.Add(terms.ToImmutable());
                terms.Clear();
                negated = false;
                continue;
            }
            int bangs = text.Length - text.TrimStart('!').Length;
            negated ^= (bangs & 1) != 0;
            text = text[bangs..];
            if (text.Length == 0)
            {
                continue;
            }
            ConditionTerm? term = text == "{" ? Anonymous(words, ref index, negated, places)
                : Named(word, text, negated, named, places);
            if (term is null)
            {
                return false;
            }
            terms.Add(term);
            negated = false;
        }
        if (terms.Count == 0 && alternatives.Count == 0)
        {
            context.Findings.Report(FindingCodes.BadRuleCondition, first, $"'{first}' without a condition");
            return false;
        }
        alternatives.Add(terms.ToImmutable());
        SourceSpan span = first.Span with
        {
            Length = Math.Max(1, words[^1].Column + words[^1].Length - first.Column),
        };
        condition = new RuleCondition(first.Text == "unless", alternatives.ToImmutable(), span);
        return true;
    }

    private ConditionTerm? Anonymous(ReadOnlySpan<Word> words, ref int index, bool negated, SamplePlaces places)
    {
        Word open = words[index];
        int start = index + 1;
        int end = start;
        while (end < words.Length && words[end].Text != "}")
        {
            end++;
        }
        if (end >= words.Length)
        {
            context.Findings.Report(FindingCodes.BadRuleCondition, open, "missing closing '}' in condition",
                "braces stand alone, with blanks around them");
            return null;
        }
        index = end;
        if (start == end)
        {
            context.Findings.Report(FindingCodes.BadRuleCondition, open, "nothing between the braces");
            return null;
        }
        SourceSpan span = open.Span with { Length = words[end].Column + 1 - open.Column };
        ParsedAcl? parsed = acls.Parse("", words[start..end], span);
        if (parsed is null)
        {
            return null;
        }
        if ((parsed.Places & places) == 0)
        {
            context.Findings.Report(FindingCodes.NeverMatches, span,
                $"this never matches: '{parsed.Model.Expression.Fetch}' needs "
                + $"{ExpressionParser.Needs(parsed.Places)}, which is not there when this rule runs");
        }
        return new ConditionTerm(negated, "", [parsed.Model], span);
    }

    private ConditionTerm? Named(Word word, string name, bool negated, AclScope named, SamplePlaces places)
    {
        ImmutableArray<ParsedAcl> found = named.Find(name);
        if (found.IsEmpty && PredefinedAcls.Find(name) is { } definition)
        {
            if (!_predefined.TryGetValue(name, out ParsedAcl? known))
            {
                Word[] words = [.. definition.Split(' ').Select(w => word with { Text = w })];
                known = acls.Parse(name, words, word.Span)!;
                _predefined[name] = known;
            }
            found = [known];
        }
        if (found.IsEmpty)
        {
            if (named.IsBroken(name))
            {
                return null; // its own line has been reported
            }
            string? near = NearestWord.Find(name, named.Names.Concat(PredefinedAcls.Names));
            context.Findings.Report(FindingCodes.UnknownAcl, word, $"no such ACL: '{name}'",
                name.StartsWith('{') ? "braces stand alone, with blanks around them"
                    : "an ACL is defined above the rule that names it", near);
            return null;
        }
        if (found.All(a => (a.Places & places) == 0))
        {
            context.Findings.Report(FindingCodes.NeverMatches, word, $"ACL '{name}' never matches here: it needs "
                + $"{ExpressionParser.Needs(found[0].Places)}, which is not there when this rule runs");
        }
        return new ConditionTerm(negated, name, [.. found.Select(static a => a.Model)], word.Span);
    }
}

/// <summary>The ACLs that a proxy has so far.</summary>
internal sealed class AclScope
{
    private readonly Dictionary<string, ImmutableArray<ParsedAcl>> _acls = new(StringComparer.Ordinal);
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);

    /// <summary>Their names.</summary>
    public IEnumerable<string> Names => _acls.Keys;

    /// <summary>All lines of a name.</summary>
    public ImmutableArray<ParsedAcl> Find(string name) => _acls.GetValueOrDefault(name, []);

    /// <summary>One more line.</summary>
    public void Add(string name, ParsedAcl acl) => _acls[name] = Find(name).Add(acl);

    /// <summary>A line that could not be read.</summary>
    public void AddBroken(string name) => _broken.Add(name);

    /// <summary>Whether a line of the name could not be read.</summary>
    public bool IsBroken(string name) => _broken.Contains(name);
}
