using System.Text;
using Holdfast.Http.H1;
using Holdfast.Http.Headers;
using Holdfast.Nginx.Rewriting;
using Holdfast.Nginx.Servers;
using Holdfast.Nginx.Sites;
using Holdfast.Web.Http.Places;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Http;

/// <summary>The phases of a request: server, location, who may come, what answers.</summary>
internal sealed partial class Exchange
{
    private int _step;

    /// <summary>The method, which an error page may have changed.</summary>
    internal ReadOnlySpan<byte> Method => _isNowGet ? "GET"u8 : View.Method;

    /// <summary>Whether only the head of an answer is wanted.</summary>
    internal bool IsHead => !_isNowGet && Head.Method == RequestMethod.Head;

    private bool _isNowGet;

    /// <summary>The head is there: the request goes through its phases.</summary>
    internal void Start()
    {
        Prepare();
        KeepsAlive = Head.KeepAlive;
        int problem = FindSite();
        if (problem == 0 && !Request.TryReadTarget(Session.Default.MergesSlashes))
        {
            Report(ErrorLevel.Info, "client sent invalid request");
            problem = 400;
        }
        if (problem == 0 && IsForbidden(Head.Method))
        {
            Report(ErrorLevel.Info, $"client sent {Encoding.ASCII.GetString(View.Method)} method");
            problem = 405;
        }
        problem = problem == 0 ? JudgeTls() : problem;
        if (problem > 0)
        {
            KeepsAlive = false;
            FinishWith(problem);
            return;
        }
        _ = Place.RealAddress?.Run(this); // before rewrites of the server, and again where the location says it
        Follow(Router.Enter(Site, Request));
    }

    /// <summary>The bytes are no request.</summary>
    internal void Refuse(H1Error error)
    {
        Prepare();
        if (Head.Target.Length > 0)
        {
            _ = Request.TryReadTarget(Session.Default.MergesSlashes); // for the log
        }
        Report(ErrorLevel.Info, RefusalTexts.Of(error));
        FinishWith(RefusalTexts.StatusOf(error));
    }

    /// <summary>A step of the place that has waited is done.</summary>
    internal void Resume()
    {
        _step++;
        RunSteps();
    }

    /// <summary>Looks for a location anew, with another path, on behalf of nobody outside.</summary>
    internal void Redirect(ReadOnlySpan<byte> path, ReadOnlySpan<byte> arguments)
    {
        StopContent();
        if (!Request.TryJump())
        {
            Report(ErrorLevel.Error, "rewrite or internal redirection cycle while internally redirecting to \""
                + Encoding.UTF8.GetString(path) + "\"");
            FinishWith(500);
            return;
        }
        Request.SetPath(path);
        Request.SetArguments(arguments);
        Request.IsInternal = true;
        Follow(Router.Enter(Site, Request));
    }

    /// <summary>Goes to a named location, with its path as it is.</summary>
    internal void RedirectToNamed(ReadOnlySpan<byte> name)
    {
        StopContent();
        if (!Request.TryJump())
        {
            Report(ErrorLevel.Error, "rewrite or internal redirection cycle while redirect to named location \""
                + Encoding.UTF8.GetString(name) + "\"");
            FinishWith(500);
            return;
        }
        if (!Site.Named.TryGetValue(Encoding.UTF8.GetString(name), out SiteLocation? location))
        {
            Report(ErrorLevel.Error, $"could not find named location \"{Encoding.UTF8.GetString(name)}\"");
            FinishWith(500);
            return;
        }
        Request.IsInternal = true;
        Follow(Router.EnterNamed(Site, location, Request));
    }

    /// <summary>Whether it is a request: its server is known.</summary>
    internal bool HasBegun => Request.Facts is not null;

    private void Prepare()
    {
        _beganAt = _beganAt == 0 ? Now : _beganAt;
        _isNowGet = false;
        _errorStatus = 0;
        Site = Session.Default.Site;
        Request.Begin(this, Http.Program.ValueCount);
        Request.Place = Site.Place;
        KeepsAlive = false;
    }

    private static bool IsForbidden(RequestMethod method) => method is RequestMethod.Trace or RequestMethod.Connect;

    /// <returns>0, or the status of the answer.</returns>
    private int FindSite()
    {
        HeadView view = View;
        ReadOnlySpan<byte> text = Head.Form == TargetForm.Absolute ? view.Authority : view.First(KnownHeader.Host);
        _chosen = Session.Default;
        if (text.IsEmpty)
        {
            Site = (Session.Named ?? Session.Address.Names.Find(default, Request.Captures)).Site;
            Request.Place = Site.Place;
            // A Host without a value is none; without the field the name is the server's.
            return view.Find(KnownHeader.Host) >= 0 && Head.Form != TargetForm.Absolute ? 400 : 0;
        }
        Span<byte> name = text.Length <= 256 ? stackalloc byte[text.Length] : new byte[text.Length];
        if (!HostName.TryRead(text, name, out int length))
        {
            Report(ErrorLevel.Info, "client sent invalid host header");
            return 400;
        }
        Request.SetHost(name[..length]);
        _chosen = Session.Address.Find(Request);
        if (Session.Named is { } named && IsMisdirected(named, _chosen))
        {
            return 421;
        }
        Site = _chosen.Site;
        Request.Place = Site.Place;
        return 0;
    }

    /// <summary>Goes where the rewrite module says.</summary>
    private void Follow(in RewriteResult result)
    {
        switch (result.Outcome)
        {
            case RewriteOutcome.Answer:
                Return(result.Status, result.Text, result.HasText);
                break;
            case RewriteOutcome.Fail:
                Report(ErrorLevel.Error, result.Problem ?? "a rewrite failed");
                FinishWith(500);
                break;
            default:
                EnterPlace();
                break;
        }
    }

    private void EnterPlace()
    {
        PlaceProgram place = Place;
        if (place.IsInternal && !Request.IsInternal)
        {
            FinishWith(404);
            return;
        }
        KeepsAlive = KeepsAlive && place.AllowsKeepAlive(Session, Now) && !Http.Program.IsStopping;
        if (place.BodyMax > 0 && Head.Body.Kind == BodyKind.Length && Head.Body.Length > place.BodyMax)
        {
            Report(ErrorLevel.Error, $"client intended to send too large body: {Head.Body.Length} bytes");
            FinishWith(413);
            return;
        }
        _step = 0;
        AccessIndex = AccessStatus = 0;
        Asked = null;
        RunSteps();
    }

    private void RunSteps()
    {
        PlaceStep[] steps = Place.Steps;
        while (_step < steps.Length)
        {
            if (steps[_step].Run(this) != StepResult.GoOn)
            {
                return;
            }
            _step++;
        }
        Place.Content.Run(this);
    }
}
