"""Words that C, its mathematical and its input library keep for themselves, in C99 and in what compilers take alone."""

from __future__ import annotations

from typing import Final

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
