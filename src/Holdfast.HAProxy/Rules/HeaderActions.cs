using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Converters;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Http.Headers;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Rules;

/// <summary>Edits of header fields.</summary>
internal static class HeaderActions
{
    private static readonly Verdict s_failed = new(VerdictKind.Failed);

    public static RuleStep Compile(RuleAction action, bool isResponse, CompileEnvironment environment)
        => action switch
        {
            SetHeaderAction set => Set(set, isResponse, environment),
            DeleteHeaderAction delete => Delete(delete, isResponse, environment),
            _ => Replace((ReplaceHeaderAction)action, isResponse, environment),
        };

    private static HeadView View(RequestContext context, bool isResponse)
        => isResponse ? context.Response : context.Request;

    private static RuleStep Set(SetHeaderAction action, bool isResponse, CompileEnvironment environment)
    {
        CompiledLogFormat name = CompiledLogFormat.Compile(action.Header, environment);
        CompiledLogFormat value = CompiledLogFormat.Compile(action.Value, environment);
        bool adds = action.Name == "add-header";
        return context =>
        {
            if (!name.TryWrite(context, out ReadOnlySpan<byte> field)
                || !value.TryWrite(context, out ReadOnlySpan<byte> text))
            {
                return s_failed;
            }
            HeadView view = View(context, isResponse);
            EditResult result = adds ? view.Add(field, text) : view.Set(field, text);
            return result == EditResult.Done ? Verdict.Continue : s_failed;
        };
    }

    private static RuleStep Delete(DeleteHeaderAction action, bool isResponse, CompileEnvironment environment)
    {
        byte[] name = ByteText.ToBytes(action.Header);
        if (action.Method == MatchMethod.Exact)
        {
            return context =>
            {
                View(context, isResponse).Remove(name);
                return Verdict.Continue;
            };
        }
        IRegex? regex = action.Method == MatchMethod.Regex ? environment.Regex.Compile(action.Header, true) : null;
        return context =>
        {
            HeadView view = View(context, isResponse);
            Span<int> groups = stackalloc int[2];
            for (int i = 0; i < view.Head.Headers.Count; i++)
            {
                ReadOnlySpan<byte> field = view.NameAt(i);
                bool matches = regex is not null ? regex.TryMatch(field, 0, groups)
                    : Matches(action.Method, field, name);
                if (matches && !view.Head.Headers[i].IsRemoved)
                {
                    view.RemoveAt(i);
                }
            }
            return Verdict.Continue;
        };
    }

    private static bool Matches(MatchMethod method, ReadOnlySpan<byte> field, ReadOnlySpan<byte> part)
    {
        if (part.Length > field.Length)
        {
            return false;
        }
        (int first, int last) = method switch
        {
            MatchMethod.Begin => (0, 0),
            MatchMethod.End => (field.Length - part.Length, field.Length - part.Length),
            _ => (0, field.Length - part.Length),
        };
        for (int i = first; i <= last; i++)
        {
            if (HttpText.EqualsIgnoreCase(field.Slice(i, part.Length), part))
            {
                return true;
            }
        }
        return false;
    }

    private static RuleStep Replace(ReplaceHeaderAction action, bool isResponse, CompileEnvironment environment)
    {
        byte[] name = ByteText.ToBytes(action.Header);
        IRegex regex = environment.Regex.Compile(action.Regex.Pattern, action.Regex.IgnoreCase);
        CompiledLogFormat value = CompiledLogFormat.Compile(action.Value, environment);
        bool isWhole = action.Name == "replace-header";
        return context =>
        {
            if (!value.TryWrite(context, out ReadOnlySpan<byte> template)
                || !context.Scratch.TryTake(StoredBytes.LengthMax, out Span<byte> room))
            {
                return s_failed;
            }
            HeadView view = View(context, isResponse);
            for (int i = view.Find(name); i >= 0; i = view.Find(name, i))
            {
                bool isGood = isWhole ? ReplaceWhole(view, i, regex, template, room)
                    : ReplaceMembers(view, i, regex, template, room);
                if (!isGood)
                {
                    return s_failed;
                }
            }
            return Verdict.Continue;
        };
    }

    private static bool ReplaceWhole(
        HeadView view, int index, IRegex regex, ReadOnlySpan<byte> template, Span<byte> room)
    {
        Span<int> groups = stackalloc int[RegexReplacement.GroupsMax * 2];
        ReadOnlySpan<byte> value = view.ValueAt(index);
        if (!regex.TryMatch(value, 0, groups))
        {
            return true;
        }
        // What the expression matches does not matter: the whole value is replaced.
        int length = RegexReplacement.Expand(template, value, groups, room);
        return length >= 0 && view.SetValueAt(index, room[..length]) == EditResult.Done;
    }

    private static bool ReplaceMembers(
        HeadView view, int index, IRegex regex, ReadOnlySpan<byte> template, Span<byte> room)
    {
        Span<int> groups = stackalloc int[RegexReplacement.GroupsMax * 2];
        for (int nth = 0; ; nth++)
        {
            // The list is walked anew after each edit: its texts have moved.
            var members = new ValueList(view.ValueAt(index));
            bool has = true;
            for (int i = 0; i <= nth && has; i++)
            {
                has = members.MoveNext();
            }
            if (!has)
            {
                return true;
            }
            if (!regex.TryMatch(members.Current, 0, groups))
            {
                continue;
            }
            int length = RegexReplacement.Expand(template, members.Current, groups, room);
            // The blanks around a member go with it.
            ReadOnlySpan<byte> value = view.ValueAt(index);
            int start = value[..members.Start].LastIndexOf((byte)',') + 1;
            int end = value[members.End..].IndexOf((byte)',') is var comma and >= 0
                ? members.End + comma : value.Length;
            if (length < 0 || view.ReplaceInValue(index, start, end, room[..length]) != EditResult.Done)
            {
                return false;
            }
            // Members that the new text has made are not looked at.
            foreach (ReadOnlySpan<byte> _ in new ValueList(room[..length]))
            {
                nth++;
            }
            nth--;
        }
    }
}
