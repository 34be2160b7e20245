using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Converters;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Primitives;

namespace Holdfast.HAProxy.Rules;

/// <summary>Edits of request lines and status lines.</summary>
internal static class LineActions
{
    private static readonly Verdict s_failed = new(VerdictKind.Failed);

    private delegate EditResult Edit(HeadView view, ReadOnlySpan<byte> text);

    private delegate ReadOnlySpan<byte> Part(HeadView view);

    public static RuleStep Compile(RuleAction action, CompileEnvironment environment) => action switch
    {
        SetRequestLineAction set => Set(set, environment),
        ReplaceRequestLineAction replace => Replace(replace, environment),
        SetWordAction normalize => Normalize(normalize.Value),
        _ => Status((SetStatusAction)action),
    };

    private static RuleStep Set(SetRequestLineAction action, CompileEnvironment environment)
    {
        CompiledLogFormat value = CompiledLogFormat.Compile(action.Value, environment);
        Edit edit = action.Name switch
        {
            "set-method" => static (v, t) => v.SetMethod(t),
            "set-path" => static (v, t) => v.SetPath(t),
            "set-pathq" => static (v, t) => v.SetPathAndQuery(t),
            "set-query" => static (v, t) => v.SetQuery(t is [(byte)'?', ..] ? t[1..] : t),
            _ => static (v, t) => v.SetTarget(t),
        };
        return context => value.TryWrite(context, out ReadOnlySpan<byte> text)
            && edit(context.Request, text) == EditResult.Done ? Verdict.Continue : s_failed;
    }

    private static RuleStep Replace(ReplaceRequestLineAction action, CompileEnvironment environment)
    {
        IRegex regex = environment.Regex.Compile(action.Regex.Pattern, action.Regex.IgnoreCase);
        CompiledLogFormat value = CompiledLogFormat.Compile(action.Value, environment);
        (Part part, Edit edit) = action.Name switch
        {
            "replace-path" => ((Part)(static v => v.Path), (Edit)(static (v, t) => v.SetPath(t))),
            "replace-pathq" => (PathAndQuery, static (v, t) => v.SetPathAndQuery(t)),
            _ => (static v => v.Target, static (v, t) => v.SetTarget(t)),
        };
        return context =>
        {
            Span<int> groups = stackalloc int[RegexReplacement.GroupsMax * 2];
            HeadView view = context.Request;
            ReadOnlySpan<byte> old = part(view);
            // "*" has no path: there is nothing to replace.
            if (old.IsEmpty || !regex.TryMatch(old, 0, groups))
            {
                return Verdict.Continue;
            }
            if (!value.TryWrite(context, out ReadOnlySpan<byte> template)
                || !context.Scratch.TryTake(StoredBytes.LengthMax, out Span<byte> room))
            {
                return s_failed;
            }
            int length = RegexReplacement.Expand(template, old, groups, room);
            return length >= 0 && edit(view, room[..length]) == EditResult.Done ? Verdict.Continue : s_failed;
        };
    }

    private static RuleStep Normalize(string name)
    {
        bool isStrict = name.EndsWith(" strict", StringComparison.Ordinal);
        bool isFull = name.EndsWith(" full", StringComparison.Ordinal);
        return name.Split(' ')[0] switch
        {
            "fragment-encode" => Normalize(PathAndQuery, UriNormalizers.EncodeFragment, SetPathAndQuery),
            "fragment-strip" => Normalize(PathAndQuery, UriNormalizers.StripFragment, SetPathAndQuery),
            "path-merge-slashes" => Normalize(static v => v.Path, UriNormalizers.MergeSlashes, SetPath),
            "path-strip-dot" => Normalize(static v => v.Path, UriNormalizers.StripDots, SetPath),
            "path-strip-dotdot" => Normalize(static v => v.Path,
                (path, to) => UriNormalizers.StripDoubleDots(path, to, isFull), SetPath),
            "percent-decode-unreserved" => Normalize(PathAndQuery,
                (text, to) => UriNormalizers.DecodeUnreserved(text, to, isStrict), SetPathAndQuery),
            "percent-to-uppercase" => Normalize(PathAndQuery,
                (text, to) => UriNormalizers.UpperCodes(text, to, isStrict), SetPathAndQuery),
            _ => Normalize(PathAndQuery, SortQuery, SetPathAndQuery),
        };
    }

    private static EditResult SetPath(HeadView view, ReadOnlySpan<byte> text) => view.SetPath(text);

    private static EditResult SetPathAndQuery(HeadView view, ReadOnlySpan<byte> text)
        => view.SetPathAndQuery(text);

    private static int SortQuery(ReadOnlySpan<byte> text, Span<byte> to)
    {
        int query = text.IndexOf((byte)'?') + 1;
        text.CopyTo(to);
        return query == 0 ? text.Length : query + UriNormalizers.SortQuery(text[query..], to[query..]);
    }

    private delegate int Normalizer(ReadOnlySpan<byte> text, Span<byte> to);

    private static RuleStep Normalize(Part part, Normalizer normalizer, Edit edit) => context =>
    {
        HeadView view = context.Request;
        ReadOnlySpan<byte> old = part(view);
        // "*" and the target of CONNECT have no path.
        if (old.IsEmpty || old[0] != '/')
        {
            return Verdict.Continue;
        }
        if (!context.Scratch.TryTake((3 * old.Length) + 1, out Span<byte> room))
        {
            return s_failed;
        }
        int length = normalizer(old, room);
        if (length < 0)
        {
            return new Verdict(VerdictKind.Malformed);
        }
        return old.SequenceEqual(room[..length]) || edit(view, room[..length]) == EditResult.Done
            ? Verdict.Continue : s_failed;
    };

    private static ReadOnlySpan<byte> PathAndQuery(HeadView view)
        => view.Head.Path.Length == 0 ? [] : view.Target[(view.Head.Path.Start - view.Head.Target.Start)..];

    private static RuleStep Status(SetStatusAction action)
    {
        byte[] reason = action.Reason is { } text ? ByteText.ToBytes(text) : [];
        return context =>
        {
            ReadOnlySpan<byte> words = action.Reason is null ? ReplyReasons.Of(action.Status) : reason;
            return context.Response.SetStatus(action.Status, words) == EditResult.Done ? Verdict.Continue : s_failed;
        };
    }
}
