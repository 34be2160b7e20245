using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Converters;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;

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
