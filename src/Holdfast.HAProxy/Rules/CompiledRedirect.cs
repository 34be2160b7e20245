using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;

namespace Holdfast.HAProxy.Rules;

/// <summary>A redirect: of a <c>redirect</c> line, an action, or errorloc.</summary>
public sealed class CompiledRedirect
{
    private readonly RedirectModel _model;
    private readonly CompiledLogFormat _target;
    private readonly byte[] _cookie;
    private readonly CompiledLogFormat? _cookieFormat;

    /// <summary>Compiles a redirect.</summary>
    public CompiledRedirect(RedirectModel redirect, CompileEnvironment environment)
    {
        _model = redirect;
        _target = CompiledLogFormat.Compile(redirect.Target, environment);
        _cookie = ByteText.ToBytes(redirect.SetCookie ?? "");
        _cookieFormat = redirect.SetCookieFormat is { } format ? CompiledLogFormat.Compile(format, environment) : null;
    }

    /// <summary>Its status.</summary>
    public int Status => _model.Status;

    /// <summary>Whether it redirects: not with <c>ignore-empty</c> and an empty target.</summary>
    public bool Applies(RequestContext context)
    {
        if (!_model.IgnoresEmpty)
        {
            return true;
        }
        int mark = context.Scratch.Mark;
        bool isEmpty = _target.TryWrite(context, out ReadOnlySpan<byte> text) && text.IsEmpty;
        context.Scratch.Release(mark);
        return !isEmpty;
    }

    /// <summary>Writes the answer; false when it does not fit or would break the message.</summary>
    public bool TryWrite(RequestContext context, Span<byte> to, out int written)
    {
        int mark = context.Scratch.Mark;
        written = 0;
        if (!_target.TryWrite(context, out ReadOnlySpan<byte> target)
            || !context.Scratch.TryTake(StoredBytes.LengthMax, out Span<byte> room))
        {
            context.Scratch.Release(mark);
            return false;
        }
        var location = new LogWriter(room);
        PutLocation(context.Request, target, ref location);
        MessageWriter writer = MessageWriter.Response(to, Status);
        writer.Field("content-length"u8, 0);
        writer.Field("location"u8, location.Written);
        if (Status is 302 or 303 or 307)
        {
            writer.Field("cache-control"u8, "no-cache"u8);
        }
        if (_cookie.Length > 0)
        {
            writer.Field("set-cookie"u8, _cookie);
        }
        bool isWhole = _cookieFormat is null || TryPutCookie(context, ref writer);
        context.Scratch.Release(mark);
        return isWhole && writer.TryEnd(out written) && !location.IsCut;
    }

    private bool TryPutCookie(RequestContext context, scoped ref MessageWriter writer)
    {
        if (!_cookieFormat!.TryWrite(context, out ReadOnlySpan<byte> text)
            || !context.Scratch.TryTake(StoredBytes.LengthMax, out Span<byte> room))
        {
            return false;
        }
        var value = new LogWriter(room);
        value.Put(text);
        value.Put("; path=/;"u8);
        writer.Field("set-cookie"u8, value.Written);
        return !value.IsCut;
    }

    private void PutLocation(HeadView request, ReadOnlySpan<byte> target, scoped ref LogWriter location)
    {
        if (_model.Kind == "location")
        {
            location.Put(target);
            if (_model.KeepsQuery && request.Head.HasQuery && !request.Query.IsEmpty)
            {
                location.Put(target.Contains((byte)'?') ? "&"u8 : "?"u8);
                location.Put(request.Query);
            }
            return;
        }
        if (_model.Kind == "scheme")
        {
            location.Put(target);
            location.Put("://"u8);
            location.Put(request.TryField("host"u8, 1, out ReadOnlySpan<byte> host) ? host : []);
        }
        else if (!target.SequenceEqual("/"u8))
        {
            // The prefix "/" alone means: the path as it is.
            location.Put(target);
        }
        ReadOnlySpan<byte> path = request.Path.IsEmpty ? "/"u8 : request.Path;
        location.Put(path);
        bool addsSlash = _model.AppendsSlash && path[^1] != '/';
        location.Put(addsSlash ? "/"u8 : []);
        if (!_model.DropsQuery && request.Head.HasQuery)
        {
            location.Put("?"u8);
            location.Put(request.Query);
        }
    }
}
