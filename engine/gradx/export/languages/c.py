"""C, as of 1999: one function of doubles, which writes the gradient into an array."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import indent
from typing import Final

from gradx.export.routine import Body, C, Language, Routine, ascii_identifier, defined
from gradx.export.tape_code import SIGNS, Spelling, choices
from gradx.primitive import ATOM, LOOSE, SUM, Writing

_LANGUAGE = """
auto break case char const continue default do double else enum extern float for goto if inline int long register
restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
alignas alignof asm bool constexpr false nullptr static_assert thread_local true typeof typeof_unqual linux unix
_Alignas _Alignof _Atomic _Bool _Complex _Decimal128 _Decimal32 _Decimal64 _Generic _Imaginary _Noreturn
_Static_assert _Thread_local
"""
_MACROS = """
BUFSIZ DOMAIN EOF FILE FILENAME_MAX FOPEN_MAX FP_ILOGB0 FP_ILOGBNAN FP_INFINITE FP_NAN FP_NORMAL FP_SUBNORMAL FP_ZERO
HUGE HUGE_VAL HUGE_VALF HUGE_VALL INFINITY L_ctermid L_tmpnam MATH_ERREXCEPT MATH_ERRNO MAXFLOAT NAN NULL OVERFLOW
PLOSS SEEK_CUR SEEK_END SEEK_SET SING TLOSS TMP_MAX UNDERFLOW
M_1_PI M_2_PI M_2_SQRTPI M_E M_LN10 M_LN2 M_LOG10E M_LOG2E M_PI M_PI_2 M_PI_4 M_SQRT1_2 M_SQRT2
"""
_MATHEMATICS = """
acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh drem erf erfc exp exp2 expm1 fabs fdim finite floor
fma fmax fmin fmod frexp gamma hypot ilogb isinf isnan j0 j1 jn ldexp lgamma llrint llround log log10 log1p log2 logb
lrint lround modf nan nearbyint nextafter nexttoward pow remainder remquo rint round scalb scalbln scalbn significand
sin sinh sqrt tan tanh tgamma trunc y0 y1 yn
cabs cacos cacosh carg casin casinh catan catanh ccos ccosh cexp cimag clog conj cpow cproj creal csin csinh csqrt
ctan ctanh
"""
"""Each also with an f or an l behind it."""

_OTHERS = """
abort abs calloc clearerr ctermid div dprintf errno exit fclose fdopen feof ferror fflush fgetc fgetpos fgets fileno
flockfile fmemopen fopen fprintf fpclassify fputc fputs fread free freopen fscanf fseek fseeko fsetpos ftell ftello
ftrylockfile funlockfile fwrite getc getchar getdelim getline gets getw imaxabs index isalnum isalpha isblank iscntrl
isdigit isfinite isgraph isgreater isless islessgreater islower isnormal isprint ispunct isspace isunordered isupper
isxdigit labs lgamma_r llabs main malloc memchr memcmp memcpy memmove memset open_memstream pclose perror popen printf
putc putchar puts putw random realloc remove rename renameat rewind rindex scanf setbuf setbuffer setlinebuf setvbuf
signbit signgam snprintf sprintf sscanf stderr stdin stdout strcat strchr strcmp strcpy strcspn strftime strlen strncat
strncmp strncpy strpbrk strrchr strspn strstr tempnam time tmpfile tmpnam tolower toupper ungetc va_list vdprintf
vfprintf vfscanf vprintf vscanf vsnprintf vsprintf vsscanf
double_t fegetenv fegetround feholdexcept fesetenv fesetround fetestexcept feupdateenv float_t iswalnum iswalpha
iswblank iswcntrl iswdigit iswgraph iswlower iswprint iswpunct iswspace iswupper iswxdigit size_t towlower towupper
"""

WORDS: Final = frozenset(
    (*(_LANGUAGE + _MACROS + _OTHERS).split(), *(name + end for name in _MATHEMATICS.split() for end in ("", "f", "l")))
)
"""What no name of a program may be in C."""

_FORMS = {
    **SIGNS,
    "power": Writing("pow({}, {})"),
    "absolute": Writing("fabs({})"),
    "gamma": Writing("tgamma({})"),
    "maximum": Writing("fmax({}, {})"),
    "minimum": Writing("fmin({}, {})"),
    "hypot": Writing("hypot({}, {})"),
    "atan2": Writing("atan2({} + 0.0, {})", ATOM, (SUM,)),
    **choices("{{}} {} {{}} ? {{}} : {{}}", LOOSE, (SUM,) * 4),
}
_LINES = {
    "sign(double x)": "return (x > 0) - (x < 0);",
    "modulo(double x, double y)": """
const double r = fmod(x, y);
return r != 0 && (r < 0) != (y < 0) ? r + y : r;
""",
    "sigmoid(double x)": """
const double small = exp(-fabs(x));
return (x >= 0 ? 1 : small)/(1 + small);
""",
    "softplus(double x)": "return fmax(x, 0) + log1p(exp(-fabs(x)));",
    "faded(double x)": "return exp(-fabs(x));",
    "sigmoid_of(double x, double small)": """
const double high = 1/(1 + small);
const double low = small*high; /* for both signs: a branch would be guessed wrong as often as not */
return x >= 0 ? high : low;
""",
    "softplus_of(double x, double small)": "return fmax(x, 0) + log1p(small);",
    "sigmoid_slope(double small)": """
const double high = 1/(1 + small);
return small*high*high;
""",
    "logaddexp(double x, double y)": "return fmax(x, y) + log1p(exp(-fabs(x - y)));",
    "sinc_slope(double x)": """
double tail = 1;
if (fabs(x) >= 1)
    return (cos(x) - sin(x)/x)/x;
for (int k = 9; k > 0; k--)
    tail = 1 - x*x/(2*k*(2*k + 3))*tail;
return -x/3*tail;
""",
}
_DEFINITIONS = defined(C, _LINES)


def _number(x: float) -> str:
    if math.isfinite(x):
        return repr(x)
    return "NAN" if x != x else "-INFINITY" if x < 0 else "INFINITY"


def _comment(text: str) -> str:
    return text.replace("*/", "* /").replace("/*", "/ *")


def _page(routine: Routine) -> str:
    count = max(1, len(routine.wrt))
    parts = [
        f"/* {_comment(routine.reading)}\n\n   {routine.told}, written by gradx. C99; link with -lm. */\n",
        "#include <math.h>\n" + ("#include <stdio.h>\n" if routine.expected else ""),
        *routine.needed,
        _function(
            f"double {routine.name}",
            routine.body,
            [f"double gradient[{count}]"],
            [*_stored("gradient", routine.wrt, routine.gradient), f"return {routine.value};"],
        ),
    ]
    if routine.product is not None:
        name, body, moving, _ = routine.product
        own = [f"const double {local} = direction[{k}];" for k, local in moving]
        unused = {local for local in body.inputs if local in body.unused} | ({"direction"} if not own else set())
        vectors = [f"const double direction[{count}]", f"double product[{count}]"]
        stored = _stored("product", routine.wrt, body.results)
        parts += [
            f"/* The Hessian of {routine.name} times a direction: how fast the gradient moves along it. */",
            _function(f"void {name}", body._replace(unused=unused), vectors, stored, own),
        ]
    return "\n".join([*parts, *_check(routine, count)])


def _function(head: str, body: Body, vectors: Sequence[str], end: Sequence[str], own: Sequence[str] = ()) -> str:
    parameters = ", ".join([*(f"double {name}" for name in body.inputs), *vectors])
    lines = [*(f"(void){name};" for name in sorted(body.unused)), *own]
    lines += [*body.lines("/* {} */", "const double {} = {};"), *end]
    return f"{head}({parameters})\n{{\n" + indent("\n".join(lines), "    ") + "\n}\n"


def _stored(array: str, names: Sequence[str], texts: Sequence[str]) -> list[str]:
    pairs = enumerate(zip(names, texts, strict=True))
    return [f"{array}[{k}] = {text}; /* {_comment(name)} */" for k, (name, text) in pairs] or [f"(void){array};"]


def _check(routine: Routine, count: int) -> list[str]:
    if routine.expected is None:
        return []
    point, value, gradient = routine.expected
    numbers = [value, *gradient]
    given = ", ".join(map(_number, point)) + ", " * bool(point)
    calls = [f"double found[{1 + count}];", f"found[0] = {routine.name}({given}found + 1);"]
    if routine.product is not None and routine.product.checked is not None:
        direction, product = routine.product.checked
        numbers += product
        calls[0] = f"double found[{1 + 2 * count}];"
        calls.insert(0, f"const double direction[{count}] = {{{', '.join(map(_number, direction)) or '0.0'}}};")
        calls.append(f"{routine.product.name}({given}direction, found + {1 + count});")
    calls.insert(0, f"const double expected[{len(numbers)}] = {{{', '.join(map(_number, numbers))}}};")
    return [
        f"""/* Whether these are gradx's numbers. */
int main(void)
{{
{indent(chr(10).join(calls), "    ")}
    for (int k = 0; k < {len(numbers)}; k++) {{
        if (!(fabs(found[k] - expected[k]) <= 1e-9*fmax(1, fabs(expected[k])))) {{
            printf("number %d is %.17g here, and %.17g in gradx\\n", k, found[k], expected[k]);
            return 1;
        }}
    }}
    printf("{len(numbers)} numbers are those of gradx\\n");
    return 0;
}}
"""
    ]


LANGUAGE = Language(
    "C",
    Spelling(_FORMS, _number, "t{}", multiplied=(2, 3, 4)),
    _DEFINITIONS,
    dict.fromkeys(("digamma", "trigamma"), "--to pytorch and --to jax have it"),
    ascii_identifier,
    WORDS | {"gradient", "direction", "product"},
    _page,
    whole_names=True,
)
